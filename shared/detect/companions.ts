/**
 * Marks beside the score, never in it: plain trouble that needs no model. A channel stands still,
 * has no value or moves to another level; rows stop coming, or their clock jumps.
 */
import { mean, standardDeviation } from '../math/stats.ts';
import { createRing, push, toArray, type Ring } from '../window/ring.ts';

export type MarkKind = 'flat' | 'missing' | 'gap' | 'clock-jump' | 'level-shift';

export interface Mark {
  readonly kind: MarkKind;
  /** Empty where it is about all of them. */
  readonly channel: string;
  /** ms. */
  readonly start: number;
  readonly end: number;
}

/** A channel is flat after so many equal values, and ten times its longest rest before. */
const FLAT_ROWS_MIN = 20;
const RESTS = 10;
const MISSING_ROWS_MIN = 3;
/** A step longer than so many median steps is a gap. */
const GAP_STEPS = 3;
const STEPS = 101;
const STEPS_MIN = 5;
/** Two windows whose means lie so many spreads apart: the level has moved. */
const SHIFT_ROWS = 60;
const SHIFT_SPREADS = 6;

interface ChannelWatch {
  last: number;
  since: number;
  run: number;
  longest: number;
  isFlat: boolean;
  missing: number;
  missingSince: number;
  readonly recent: Ring;
  shiftedUntilRow: number;
}

interface CompanionState {
  row: number;
  newest: number;
  readonly steps: Ring;
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
      steps: createRing(STEPS),
      channels: names.map(() => ({
        ...{ last: NaN, since: NaN, run: 0, longest: 0, isFlat: false },
        ...{ missing: 0, missingSince: NaN, recent: createRing(2 * SHIFT_ROWS) },
        shiftedUntilRow: 0,
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
        this.watchFlat(watch, this.names[k], t, x);
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
      this.closeFlat(watch, this.names[k], newest);
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
    const usual = steps.size < STEPS_MIN ? Infinity : toArray(steps).sort()[steps.size >> 1];
    if (step > GAP_STEPS * usual) this.mark('gap', '', newest, t);
    push(steps, step);
  }

  private watchMissing(watch: ChannelWatch, t: number): void {
    if (watch.missing++ === 0) watch.missingSince = t;
  }

  private closeMissing(watch: ChannelWatch, name: string, t: number): void {
    if (watch.missing >= MISSING_ROWS_MIN) this.mark('missing', name, watch.missingSince, t);
    watch.missing = 0;
  }

  private watchFlat(watch: ChannelWatch, name: string, t: number, x: number): void {
    if (x === watch.last) {
      watch.run++;
      const long = Math.max(FLAT_ROWS_MIN, RESTS * watch.longest);
      if (watch.longest > 0 && watch.run >= long) watch.isFlat = true;
      return;
    }
    this.closeFlat(watch, name, this.state.newest);
    watch.last = x;
    watch.since = t;
    watch.run = 1;
  }

  private closeFlat(watch: ChannelWatch, name: string, t: number): void {
    if (watch.isFlat) this.mark('flat', name, watch.since, t);
    else watch.longest = Math.max(watch.longest, watch.run);
    watch.isFlat = false;
  }

  /** Means of the last 60 rows and the 60 before, in spreads of the two. */
  private watchLevel(watch: ChannelWatch, name: string, t: number, x: number): void {
    push(watch.recent, x);
    const { row } = this.state;
    if (watch.recent.size < 2 * SHIFT_ROWS || row < watch.shiftedUntilRow || row % 10 !== 0) return;
    const values = toArray(watch.recent);
    const [before, after] = [values.subarray(0, SHIFT_ROWS), values.subarray(SHIFT_ROWS)];
    const [m1, m2] = [mean(before), mean(after)];
    const spread = Math.max(standardDeviation(before, m1), standardDeviation(after, m2));
    if (!(Math.abs(m2 - m1) > SHIFT_SPREADS * spread) || spread === 0) return;
    this.mark('level-shift', name, t, t);
    watch.shiftedUntilRow = row + 2 * SHIFT_ROWS;
  }
}
