/**
 * Marks beside the score, never in it: plain trouble that needs no model. A channel stands still,
 * has no value or moves to another level; rows stop coming, or their clock jumps.
 */
import type { Mark, MarkKind } from '../domain/mark.ts';
import { mean, standardDeviation } from '../math/stats.ts';
import { createFlat, flatLine, followFlat, type FlatRule, type FlatState } from './flat-line.ts';
import { createRing, push, toArray, type Ring } from '../window/ring.ts';
import { createSortedWindow, insert, type SortedWindow } from '../window/sorted-window.ts';

/** In a recording every flat line is told. */
const FLAT: FlatRule = { rowsMin: 20, learnsRests: false };
const MISSING_ROWS_MIN = 3;
/** A step longer than so many median steps is a gap. */
const GAP_STEPS = 3;
const STEPS = 101;
const STEPS_MIN = 5;
/** A window whose mean lies so many spreads beyond all means before: a level never seen. */
const SHIFT_ROWS = 60;
const SHIFT_SPREADS = 6;

interface ChannelWatch {
  readonly flat: FlatState;
  missing: number;
  missingSince: number;
  readonly recent: Ring;
  /** Means that windows had so far. */
  lowest: number;
  highest: number;
}

interface CompanionState {
  row: number;
  newest: number;
  readonly steps: SortedWindow;
  readonly channels: ChannelWatch[];
}

export class Companions {
  private readonly names: readonly string[];
  private state: CompanionState;
  private marks: Mark[] = [];

  constructor(names: readonly string[]) {
    this.names = names;
    this.state = {
      row: 0,
      newest: NaN,
      steps: createSortedWindow(STEPS),
      channels: names.map(() => ({
        ...{
          flat: createFlat(),
          missing: 0,
          missingSince: NaN,
          recent: createRing(2 * SHIFT_ROWS),
        },
        ...{ lowest: Infinity, highest: -Infinity },
      })),
    };
  }

  /** One row; NaN where a value is missing. */
  push(t: number, values: Float64Array): void {
    this.watchClock(t);
    this.state.channels.forEach((watch, k) => {
      const x = values[k];
      if (Number.isNaN(x)) this.watchMissing(watch, t);
      else {
        this.closeMissing(watch, this.names[k], t);
        const over = followFlat(watch.flat, FLAT, t, x);
        if (over) this.mark('flat', this.names[k], over.start, this.state.newest);
        this.watchLevel(watch, this.names[k], t, x);
      }
    });
    this.state.row++;
    this.state.newest = t;
  }

  /** Marks completed since the last call. */
  takeMarks(): Mark[] {
    return this.marks.splice(0);
  }

  /** Ends the data: what still goes on ends here. */
  finish(): Mark[] {
    const { channels, newest } = this.state;
    channels.forEach((watch, k) => {
      this.closeMissing(watch, this.names[k], newest);
      const flat = flatLine(watch.flat);
      if (flat) this.mark('flat', this.names[k], flat.start, newest);
    });
    return this.takeMarks();
  }

  /** Plain data; copy it before the next row. */
  save(): unknown {
    return { state: this.state, marks: this.marks };
  }

  static restore(names: readonly string[], saved: unknown): Companions {
    const companions = new Companions(names);
    Object.assign(companions, saved as { state: CompanionState; marks: Mark[] });
    return companions;
  }

  private mark(kind: MarkKind, channel: string, start: number, end: number): void {
    this.marks.push({ kind, channel, start, end });
  }

  private watchClock(t: number): void {
    const { newest, steps } = this.state;
    if (Number.isNaN(newest)) return;
    const step = t - newest;
    if (step < 0) {
      this.mark('clock-jump', '', newest, t);
      return;
    }
    const { size } = steps.arrival;
    const usual = size < STEPS_MIN ? Infinity : steps.sorted[size >> 1];
    if (step > GAP_STEPS * usual) this.mark('gap', '', newest, t);
    insert(steps, step);
  }

  private watchMissing(watch: ChannelWatch, t: number): void {
    if (watch.missing++ === 0) watch.missingSince = t;
  }

  private closeMissing(watch: ChannelWatch, name: string, t: number): void {
    if (watch.missing >= MISSING_ROWS_MIN) this.mark('missing', name, watch.missingSince, t);
    watch.missing = 0;
  }

  /** The mean of the last 60 rows against those of all windows up to the 60 before. */
  private watchLevel(watch: ChannelWatch, name: string, t: number, x: number): void {
    push(watch.recent, x);
    if (watch.recent.size < 2 * SHIFT_ROWS || this.state.row % 10 !== 0) return;
    const values = toArray(watch.recent);
    const [before, after] = [values.subarray(0, SHIFT_ROWS), values.subarray(SHIFT_ROWS)];
    const [m1, m2] = [mean(before), mean(after)];
    const spread = Math.max(standardDeviation(before, m1), standardDeviation(after, m2));
    watch.lowest = Math.min(watch.lowest, m1);
    watch.highest = Math.max(watch.highest, m1);
    const beyond = Math.max(watch.lowest - m2, m2 - watch.highest);
    if (!(beyond > SHIFT_SPREADS * spread) || spread === 0) return;
    this.mark('level-shift', name, t, t);
    watch.lowest = Math.min(watch.lowest, m2);
    watch.highest = Math.max(watch.highest, m2);
  }
}
