/**
 * A sorted window after some of its numbers were exchanged: one pass over it, where sorting anew
 * would be a dozen. The numbers that left must have been in it.
 */
export function renewSorted(
  sorted: Float64Array,
  left: readonly number[],
  came: readonly number[],
): Float64Array {
  const out = new Float64Array(sorted.length - left.length + came.length);
  const leaving = Float64Array.from(left).sort();
  const coming = Float64Array.from(came).sort();
  let l = 0;
  let c = 0;
  let to = 0;
  for (const value of sorted) {
    if (l < leaving.length && leaving[l] === value) {
      l++;
      continue;
    }
    while (c < coming.length && coming[c] < value) out[to++] = coming[c++];
    out[to++] = value;
  }
  out.set(coming.subarray(c), to);
  return out;
}
