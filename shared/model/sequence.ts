/** Sequences turned round in time, and rows put beside each other. */

/** The steps of a sequence [T, ·] from the last to the first. */
export function reversed(sequence: Float64Array, T: number): Float64Array {
  const step = sequence.length / T;
  const out = new Float64Array(sequence.length);
  for (let t = 0; t < T; t++) {
    out.set(sequence.subarray(t * step, (t + 1) * step), (T - 1 - t) * step);
  }
  return out;
}

/** Rows [N, H] of each part beside each other: [N, parts · H]. */
export function join(parts: readonly Float64Array[], H: number): Float64Array {
  const N = parts[0].length / H;
  const out = new Float64Array(N * H * parts.length);
  for (let n = 0; n < N; n++) {
    parts.forEach((rows, p) => {
      out.set(rows.subarray(n * H, (n + 1) * H), (n * parts.length + p) * H);
    });
  }
  return out;
}

/** Undoes `join`: the rows [N, H] of one part. */
export function split(rows: Float64Array, H: number, parts: number, index: number): Float64Array {
  const N = rows.length / (H * parts);
  const out = new Float64Array(N * H);
  for (let n = 0; n < N; n++) {
    const at = (n * parts + index) * H;
    out.set(rows.subarray(at, at + H), n * H);
  }
  return out;
}
