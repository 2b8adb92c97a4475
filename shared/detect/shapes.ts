/**
 * Marks shapes never seen, which a forecaster is blind to, of a channel that repeats itself. The
 * first rows give the period and the usual distance of a window to its nearest one; from then on a
 * window is marked that is farther from all of the past than any before it, by a tenth.
 */
import { periodOf, type Period } from '../math/period.ts';
import { mean, standardDeviation } from '../math/stats.ts';
import { createRing, push, toArray, type Ring } from '../window/ring.ts';
import { createLeftProfile, leftDistance, type LeftProfile } from './left-profile.ts';

/** How far back windows are compared, and the period is looked for: it bounds memory and time. */
const PAST_ROWS = 8000;
const WINDOW_MIN = 8;
const WINDOW_MAX = 256;
const LAG_MAX = 1000;
/** A window that moves less than this share of what it is compared with is at rest. */
const REST_SHARE = 0.1;
const MARGIN = 1.1;

/** A stretch unlike all before it. */
export interface OddShape {
  /** ms; the ends of the first and the last window that are so. */
  readonly start: number;
  readonly end: number;
  /** Distance of the oddest window, 0–2, and the highest there was before. */
  readonly distance: number;
  readonly usual: number;
}

/** Plain data. */
export interface ShapeState {
  /** The last rows taken as normal, until all are there. */
  known: Ring | null;
  /** null: nothing is watched. */
  profile: LeftProfile | null;
  /** Highest distance that is over. */
  highest: number;
  /** Windows in a row within the usual since the last odd one are counted down in `left`. */
  open: { start: number; end: number; distance: number; left: number } | null;
}

export function createShapes(trainRows: number): ShapeState {
  const known = createRing(Math.min(trainRows, PAST_ROWS));
  return { known, profile: null, highest: 0, open: null };
}

/** A value that is taken as normal: finite. */
export function takeAsNormal(state: ShapeState, x: number): void {
  if (state.known) push(state.known, x);
}

/** Of what was taken as normal, as far back as windows will be compared. */
export function periodKnown({ known }: ShapeState): Period {
  return periodOf(toArray(known!), LAG_MAX);
}

/** Ends the normal rows; `period` null: this channel is not watched. */
export function watchShapes(state: ShapeState, period: Period | null): void {
  const x = toArray(state.known!);
  state.known = null;
  if (!period) return;
  const window = Math.min(WINDOW_MAX, Math.max(WINDOW_MIN, period.length));
  const rest = REST_SHARE * standardDeviation(x, mean(x));
  const create = (): LeftProfile => createLeftProfile(window, PAST_ROWS, rest);
  const profile = create();
  const left = x.map((value) => leftDistance(profile, value));
  // What comes first has nothing before it: it is as usual as what comes later makes it.
  const back = create();
  const right = x.toReversed().map((value) => leftDistance(back, value));
  for (let i = window - 1; i < left.length; i++) {
    const [before, after] = [left[i], right[left.length - 2 - i + window]];
    const nearest = Math.min(...[before, after].filter(Number.isFinite));
    if (nearest < Infinity) state.highest = Math.max(state.highest, nearest);
  }
  // Where nothing was repeated often enough, what is usual is not known.
  if (state.highest > 0) state.profile = profile;
}

/** One value, finite; answers the stretch that is over with it. */
export function followShapes(state: ShapeState, t: number, x: number): OddShape | null {
  const { profile } = state;
  if (!profile) return null;
  const distance = leftDistance(profile, x);
  if (distance > MARGIN * state.highest) {
    const { start, distance: before } = state.open ?? { start: t, distance: 0 };
    state.open = { start, end: t, distance: Math.max(before, distance), left: profile.window };
  } else if (state.open && --state.open.left <= 0) return endShape(state);
  return null;
}

/** What goes on. */
export function openShape({ open, highest }: ShapeState): OddShape | null {
  if (!open) return null;
  const { start, end, distance } = open;
  return { start, end, distance, usual: highest };
}

/** Ends what goes on, as the data end. */
export function endShape(state: ShapeState): OddShape | null {
  const ended = openShape(state);
  if (ended) state.highest = Math.max(state.highest, ended.distance);
  state.open = null;
  return ended;
}
