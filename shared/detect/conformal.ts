/**
 * Conformal tail score (Laxhammar and Falkman 2014): how rare is a among the previous n values?
 *
 *   l = −log10((#{a_i ≥ a} + 1)/(n + 1))
 *
 * Free of any distribution; its ceiling log10(n + 1) grows with the history.
 */
import { quantileSorted } from '../math/stats.ts';
import {
  countAtLeast,
  createSortedWindow,
  insert,
  type SortedWindow,
} from '../window/sorted-window.ts';

const VALUES_MIN = 30;

export interface Conformal {
  readonly past: SortedWindow;
}

export function createConformal(valuesMax: number): Conformal {
  return { past: createSortedWindow(valuesMax) };
}

/** Scores a against the past (0 while it is short), then takes it in. */
export function conformalScore({ past }: Conformal, a: number): number {
  const n = past.arrival.size;
  const score = n < VALUES_MIN ? 0 : -Math.log10((countAtLeast(past, a) + 1) / (n + 1));
  insert(past, a);
  return score;
}

/** The q quantile of the past; 0 while nothing is held. */
export function pastQuantile({ past }: Conformal, q: number): number {
  const n = past.arrival.size;
  return n === 0 ? 0 : quantileSorted(past.sorted.subarray(0, n), q);
}
