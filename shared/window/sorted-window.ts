/** The last n numbers, in order of arrival and sorted: quantiles and ranks of a moving past. */
import { lowerBound } from '../math/stats.ts';
import { createRing, push, type Ring } from './ring.ts';

export interface SortedWindow {
  readonly arrival: Ring;
  /** The first arrival.size entries, ascending. */
  readonly sorted: Float64Array;
}

export function createSortedWindow(capacity: number): SortedWindow {
  return { arrival: createRing(capacity), sorted: new Float64Array(capacity) };
}

/** Takes v in and, when full, the oldest out: O(log n) to find, one memory move to shift. */
export function insert({ arrival, sorted }: SortedWindow, v: number): void {
  let size = arrival.size;
  const oldest = push(arrival, v);
  if (!Number.isNaN(oldest)) {
    const at = lowerBound(sorted, oldest, size);
    sorted.copyWithin(at, at + 1, size);
    size--;
  }
  const at = lowerBound(sorted, v, size);
  sorted.copyWithin(at + 1, at, size);
  sorted[at] = v;
}

/** How many of the held numbers are ≥ v. */
export function countAtLeast({ arrival, sorted }: SortedWindow, v: number): number {
  return arrival.size - lowerBound(sorted, v, arrival.size);
}
