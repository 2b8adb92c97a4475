/**
 * Has the machine's normal moved? The median of recent scores against that of training, slowly. It
 * only proposes: who has a confirmed incident in the stretch must not make it normal.
 *
 *   d = median of the last 2000 scores / median of training
 */
import type { TimeRange } from '../domain/stream.ts';
import { quantile, quantileSorted } from '../math/stats.ts';
import { createSortedWindow, insert, type SortedWindow } from '../window/sorted-window.ts';

const SAMPLE_EVERY = 10;
const SAMPLES = 200;
const SAMPLES_MIN = 100;
/** From here on the normal has moved; it must stay so for a full window. */
const DRIFT_FROM = 1.5;
const TINY = 1e-9;

export interface Drift {
  readonly usual: number;
  readonly recent: SortedWindow;
  seen: number;
  /** Rows for which it has been high. */
  high: number;
  /** ms; where the drift began; NaN while there is none. */
  since: number;
}

/** `training`: scores of the rows taken as normal. */
export function createDrift(training: Float64Array): Drift {
  const known = training.filter(Number.isFinite);
  const usual = Math.max(known.length > 0 ? quantile(known, 0.5) : 1, TINY);
  return { usual, recent: createSortedWindow(SAMPLES), seen: 0, high: 0, since: NaN };
}

/** d; 1 while there is too little to tell. NaN scores are passed over. */
export function followDrift(drift: Drift, t: number, score: number): number {
  if (Number.isNaN(score)) return driftOf(drift);
  if (drift.seen++ % SAMPLE_EVERY === 0) insert(drift.recent, score);
  const d = driftOf(drift);
  if (d >= DRIFT_FROM) {
    if (drift.high++ === 0) drift.since = t;
  } else {
    drift.high = 0;
    drift.since = NaN;
  }
  return d;
}

function driftOf(drift: Drift): number {
  return knownDrift(drift) ?? 1;
}

/** d; null while there is too little to tell. */
export function knownDrift({ recent, usual }: Drift): number | null {
  const n = recent.arrival.size;
  if (n < SAMPLES_MIN) return null;
  return quantileSorted(recent.sorted.subarray(0, n), 0.5) / usual;
}

/** That the normal has moved, and stays so. */
export interface Moved {
  /** ms. */
  readonly since: number;
  /** d */
  readonly times: number;
}

/** Null while it has not, or not for long. */
export function movedOf(drift: Drift): Moved | null {
  if (drift.high < SAMPLES * SAMPLE_EVERY) return null;
  return { since: drift.since, times: driftOf(drift) };
}

/** A stretch to learn anew from, and what speaks against it. */
export interface RetrainProposal {
  readonly range: TimeRange;
  /** d */
  readonly drift: number;
  /** Confirmed incidents inside; they are to be left out of what is learnt. */
  readonly excluded: readonly TimeRange[];
}

/**
 * Proposes to learn from where the drift began until now. Null: incidents fill more than half of
 * the stretch.
 */
export function proposeRetraining(
  { since, times }: Moved,
  now: number,
  incidents: readonly TimeRange[],
): RetrainProposal | null {
  const range = { from: since, to: now };
  const excluded = incidents.filter(({ from, to }) => to >= range.from && from <= range.to);
  const covered = excluded.reduce((sum, { from, to }) => {
    return sum + Math.min(to, range.to) - Math.max(from, range.from);
  }, 0);
  if (covered > (range.to - range.from) / 2) return null;
  return { range, drift: times, excluded };
}
