/**
 * Streaming peaks over threshold as a calibrated score (after Siffer et al. 2017, SPOT, with a
 * moment fit): empirical below the threshold u, a generalised Pareto tail above it.
 *
 *   u = q quantile of the past, q = 95 % by the recipe, y = excesses over u, N_u their share
 *   ξ = clip(½(1 − ȳ²/var y), 0, ½),   σ = ȳ(1 − ξ)
 *   v ≤ u:  −log10 of the empirical tail
 *   v > u:  −log10 N_u + log10(1 + ξz)/ξ,  z = (v − u)/σ;   z/ln 10 as ξ → 0
 */
import { lowerBound, mean, standardDeviation, upperBound } from '../math/stats.ts';
import { createRing, push, toArray, type Ring } from '../window/ring.ts';
import { renewSorted } from '../window/renew-sorted.ts';
import { RECIPE } from './recipe.ts';

const VALUES_MIN = 50;
const REFIT_EVERY = 50;
const EXCESSES_MIN = 5;
const SHAPE_MAX = 0.5;
const SHAPE_ZERO = 1e-3;
const SCALE_MIN = 1e-6;

export interface PotTail {
  readonly past: Ring;
  /** Values seen so far, which times the refits. */
  seen: number;
  fit: TailFit | null;
  /** Since the last refit: values that left the past, and that came. */
  left: number[];
  came: number[];
}

interface TailFit {
  readonly sorted: Float64Array;
  /** u */
  readonly threshold: number;
  /** ξ */
  readonly shape: number;
  /** σ */
  readonly scale: number;
  /** N_u */
  readonly share: number;
}

export function createPotTail(valuesMax: number): PotTail {
  return { past: createRing(valuesMax), seen: 0, fit: null, left: [], came: [] };
}

/**
 * Scores v, or what is held to count of it, against the past (0 while short); then takes v in. `q`:
 * of the quantile u.
 */
export function potScore(
  tail: PotTail,
  v: number,
  counted = v,
  q = RECIPE.stream.tailQuantile,
): number {
  let score = 0;
  if (tail.past.size >= VALUES_MIN) {
    if (!tail.fit || tail.seen % REFIT_EVERY === 0) refit(tail, q);
    score = tailScore(tail.fit!, counted);
  }
  const isFull = tail.past.size === tail.past.values.length;
  const out = push(tail.past, v);
  if (isFull) tail.left.push(out);
  tail.came.push(v);
  tail.seen++;
  return score;
}

function refit(tail: PotTail, q: number): void {
  const { fit, past, left, came } = tail;
  tail.fit = fitTail(fit ? renewSorted(fit.sorted, left, came) : toArray(past).sort(), q);
  tail.left = [];
  tail.came = [];
}

function fitTail(sorted: Float64Array, q: number): TailFit {
  const n = sorted.length;
  const threshold = sorted[Math.floor(q * n)];
  const excesses = sorted.slice(upperBound(sorted, threshold)).map((v) => v - threshold);
  const share = Math.max(excesses.length, 1) / n;
  const average = excesses.length >= EXCESSES_MIN ? mean(excesses) : 0;
  if (average <= SCALE_MIN) {
    const magnitude = mean(sorted.map(Math.abs));
    const scale = Math.max(SCALE_MIN, 0.1 * (magnitude + SCALE_MIN));
    return { sorted, threshold, shape: 0, scale, share };
  }
  const variance = standardDeviation(excesses, average) ** 2 + 1e-12;
  const shape = Math.min(SHAPE_MAX, Math.max(0, 0.5 * (1 - average ** 2 / variance)));
  return { sorted, threshold, shape, scale: Math.max(average * (1 - shape), SCALE_MIN), share };
}

function tailScore({ sorted, threshold, shape: ξ, scale, share }: TailFit, v: number): number {
  const n = sorted.length;
  if (v <= threshold) return -Math.log10((n - lowerBound(sorted, v) + 1) / (n + 1));
  const z = (v - threshold) / scale;
  return -Math.log10(share) + (ξ < SHAPE_ZERO ? z / Math.LN10 : Math.log10(1 + ξ * z) / ξ);
}
