/**
 * Streaming peaks over threshold (Siffer et al. 2017), with the moment fit of the tail:
 *
 *   excesses y over u, N_y of n values;  ξ = clip(½(1 − ȳ²/var y), 0, ½), σ = ȳ(1 − ξ)
 *   z_q = u + σ/ξ ((q n/N_y)^−ξ − 1);  u − σ ln(q n/N_y) as ξ → 0
 *
 * Moments are kept as sums, so that a value costs a few operations and nothing is kept of it.
 */
import { quantile } from '../../math/stats.ts';

const LEVEL_QUANTILE = 0.98;
const SHAPE_MAX = 0.5;
const SHAPE_ZERO = 1e-3;
const EXCESSES_MIN = 5;

export interface Peaks {
  /** u */
  readonly level: number;
  n: number;
  count: number;
  sum: number;
  squares: number;
}

/** With no value to start from, every value is an excess over 0. */
export function createPeaks(values: Float64Array): Peaks {
  const level = values.length === 0 ? 0 : quantile(values, LEVEL_QUANTILE);
  const peaks = { level, n: values.length, count: 0, sum: 0, squares: 0 };
  for (const value of values) takeExcess(peaks, value);
  return peaks;
}

/** Takes a value in; `n` is counted by the caller for values below the level. */
export function takeExcess(peaks: Peaks, value: number): boolean {
  const y = value - peaks.level;
  if (!(y > 0)) return false;
  peaks.count++;
  peaks.sum += y;
  peaks.squares += y * y;
  return true;
}

/** z_q: the value that one in 1/q exceeds. Infinity while there is too little to tell. */
export function tailQuantile({ level, n, count, sum, squares }: Peaks, q: number): number {
  if (count < EXCESSES_MIN) return Infinity;
  const mean = sum / count;
  const variance = Math.max(squares / count - mean * mean, 1e-12);
  const ξ = Math.min(SHAPE_MAX, Math.max(0, 0.5 * (1 - mean ** 2 / variance)));
  const σ = mean * (1 - ξ);
  const ratio = (q * n) / count;
  return level + (ξ < SHAPE_ZERO ? -σ * Math.log(ratio) : (σ / ξ) * (ratio ** -ξ - 1));
}
