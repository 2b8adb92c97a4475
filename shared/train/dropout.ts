/** Inverted dropout (Srivastava et al. 2014): 0 with probability p, else 1/(1 − p). */
import type { Random } from '../math/prng.ts';

/** null when nothing is dropped, so that no number is drawn. */
export function drawMask(random: Random, size: number, p: number): Float64Array | null {
  if (p === 0) return null;
  const kept = 1 / (1 - p);
  return Float64Array.from({ length: size }, () => (random.uniform() < p ? 0 : kept));
}
