/**
 * Marks shapes never seen, which a forecaster is blind to, of a channel that repeats itself. The
 * first rows give the period and the usual distance of a window to its nearest one; from then on a
 * window is marked that is farther from all of the past than any before it, by a tenth.
 */
import type { Mark } from '../domain/mark.ts';
import { periodOf } from '../math/period.ts';
import { mean, standardDeviation } from '../math/stats.ts';
import { createLeftProfile, leftDistance, type LeftProfile } from './left-profile.ts';

/** How far back windows are compared; it bounds memory and time a row. */
const PAST_ROWS = 8000;
const WINDOW_MIN = 8;
const WINDOW_MAX = 256;
const LAG_MAX = 1000;
/** Below this autocorrelation a channel does not repeat itself. */
const STRENGTH_MIN = 0.3;
/** A window that moves less than this share of the whole is at rest. */
const REST_SHARE = 0.1;
const MARGIN = 1.1;

interface ShapeState {
  /** The first rows, until there are enough. */
  known: { t: number[]; x: number[] };
  profile: LeftProfile | null;
  /** Highest distance that is over. */
  highest: number;
  /** Of the mark that goes on. */
  open: { start: number; end: number; peak: number; left: number } | null;
}

export class Shapes {
  private readonly name: string;
  private readonly trainRows: number;
  private state: ShapeState = { known: { t: [], x: [] }, profile: null, highest: NaN, open: null };
  private marks: Mark[] = [];

  /** `trainRows`: values that are taken as normal, and tell whether there is a period. */
  constructor(name: string, trainRows: number) {
    this.name = name;
    this.trainRows = trainRows;
  }

  /** One value; one that is missing is passed over. */
  push(t: number, x: number): void {
    const { state } = this;
    if (!Number.isFinite(x)) return;
    if (Number.isNaN(state.highest)) {
      state.known.t.push(t);
      state.known.x.push(x);
      if (state.known.x.length === this.trainRows) this.learn();
      return;
    }
    if (state.profile) this.judge(t, leftDistance(state.profile, x), state.profile.window);
  }

  /** Marks completed since the last call. */
  takeMarks(): Mark[] {
    return this.marks.splice(0);
  }

  finish(): Mark[] {
    this.close();
    return this.takeMarks();
  }

  /** Plain data; copy it before the next value. */
  save(): unknown {
    return { state: this.state, marks: this.marks };
  }

  static restore(name: string, trainRows: number, saved: unknown): Shapes {
    const shapes = new Shapes(name, trainRows);
    Object.assign(shapes, saved as { state: ShapeState; marks: Mark[] });
    return shapes;
  }

  private learn(): void {
    const { state } = this;
    const x = Float64Array.from(state.known.x);
    const recent = x.subarray(Math.max(0, x.length - PAST_ROWS));
    const { length, strength } = periodOf(recent, LAG_MAX);
    const deviation = standardDeviation(x, mean(x));
    state.known = { t: [], x: [] };
    state.highest = 0;
    if (strength < STRENGTH_MIN) return;
    const window = Math.min(WINDOW_MAX, Math.max(WINDOW_MIN, length));
    const create = (): LeftProfile => createLeftProfile(window, PAST_ROWS, REST_SHARE * deviation);
    const profile = (state.profile = create());
    const left = recent.map((value) => leftDistance(profile, value));
    // What comes first has nothing before it: it is as usual as what comes later makes it.
    const back = create();
    const right = recent.toReversed().map((value) => leftDistance(back, value));
    for (let i = window - 1; i < left.length; i++) {
      const [before, after] = [left[i], right[left.length - 2 - i + window]];
      const nearest = Math.min(...[before, after].filter(Number.isFinite));
      if (nearest < Infinity) state.highest = Math.max(state.highest, nearest);
    }
    // Nothing was repeated often enough to know what is usual.
    if (state.highest === 0) state.profile = null;
  }

  private judge(t: number, distance: number, window: number): void {
    const { state } = this;
    if (distance > MARGIN * state.highest) {
      state.open ??= { start: t, end: t, peak: 0, left: 0 };
      Object.assign(state.open, {
        ...{ end: t, left: window },
        peak: Math.max(state.open.peak, distance),
      });
    } else if (state.open && --state.open.left <= 0) this.close();
  }

  private close(): void {
    const { open } = this.state;
    if (!open) return;
    this.state.highest = Math.max(this.state.highest, open.peak);
    this.marks.push({ kind: 'shape', channel: this.name, start: open.start, end: open.end });
    this.state.open = null;
  }
}
