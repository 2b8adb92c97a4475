/** Comparisons and random series for the tests of the model engine. */
import { createRandom } from '../../shared/math/prng.ts';
import type { Parameters } from '../../shared/model/parameters.ts';

/** max|a − b| / max|b|; 0 for equal arrays. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers against ${b.length}.`);
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    difference = Math.max(difference, Math.abs(a[i] - b[i]));
    size = Math.max(size, Math.abs(b[i]));
    if (Number.isNaN(a[i]) || Number.isNaN(b[i])) return Infinity;
  }
  return difference === 0 ? 0 : difference / size;
}

/** All numbers of all parameters, in order. */
export function concatenated(parameters: Parameters): number[] {
  return [...parameters.values()].flatMap(({ data }) => [...data]);
}

export function normals(count: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () => random.normal());
}

/** y_t = sin(2πt/25) with a little noise; inputs are the values themselves. [rows, 1] */
export function noisySine(rows: number, seed: number): Float64Array {
  const noise = normals(rows, seed);
  return noise.map((e, t) => Math.sin((2 * Math.PI * t) / 25) + 0.05 * e);
}
