/** Inverted dropout (Srivastava et al. 2014): 0 with probability p, else 1/(1 − p). */
import type { Random } from '../math/prng.ts';

export function drawMask(random: Random, size: number, p: number): Float64Array {
  const kept = 1 / (1 - p);
  return Float64Array.from({ length: size }, () => (random.uniform() < p ? 0 : kept));
}
