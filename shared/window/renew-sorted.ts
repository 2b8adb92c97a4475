import { lowerBound } from '../math/stats.ts';

/**
 * A sorted window after some of its numbers were exchanged: what lies between them is copied, where
 * sorting anew would be a dozen passes. The numbers that left must have been in it.
 */
export function renewSorted(
  sorted: Float64Array,
  left: readonly number[],
  came: readonly number[],
): Float64Array {
  const out = new Float64Array(sorted.length - left.length + came.length);
  const leaving = Float64Array.from(left).sort();
  const coming = Float64Array.from(came).sort();
  let [from, to, l, c] = [0, 0, 0, 0];
  while (l < leaving.length || c < coming.length) {
    const isLeaving = l < leaving.length && !(coming[c] < leaving[l]);
    const at = lowerBound(sorted, isLeaving ? leaving[l] : coming[c], sorted.length, from);
    while (from < at) out[to++] = sorted[from++];
    if (isLeaving) {
      from++;
      l++;
    } else {
      out[to++] = coming[c++];
    }
  }
  while (from < sorted.length) out[to++] = sorted[from++];
  return out;
}
