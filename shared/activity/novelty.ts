/**
 * Behaviour that was never labelled. How far a window lies from all that is known, in the space of
 * features that the head reads (Lee et al. 2018):
 *
 *   d² = min over c of (r − μ_c)ᵀ Σ⁻¹ (r − μ_c)      Σ within the classes, shared by all
 *
 * averaged over the window and its neighbours: one window is noise, ten seconds of them are not.
 * The limit is a quantile of that over windows of known activities that were not trained on, so
 * that about a given share of known ones is called unknown.
 */
import { cholesky, mahalanobisSquared } from '../math/cholesky.ts';
import { mean } from '../math/stats.ts';

/** Neighbours on each side that are averaged over; live answers lag as many windows. */
export const NOVELTY_REACH = 4;

/** Shrinks Σ towards its diagonal, as few windows tell little of how features go together. */
const SHRINKAGE = 0.1;

export interface Novelty {
  /** μ [C, R] */
  readonly means: Float64Array;
  /** L of Σ = L Lᵀ [R, R] */
  readonly factor: Float64Array;
  /** Largest d of what is known. */
  readonly limit: number;
}

export interface KnownWindows {
  /** [n, R] */
  readonly states: Float64Array;
  readonly labels: ArrayLike<number>;
}

/** μ and L from training windows; nothing is too far yet. */
export function fitNovelty({ states, labels }: KnownWindows, classes: number): Novelty {
  const R = states.length / labels.length;
  const means = classMeans(states, labels, classes, R);
  const factor = cholesky(sharedCovariance(states, labels, means, R), R);
  return { means, factor, limit: Infinity };
}

/** d averaged over neighbours, of n consecutive windows' states [n, R]. */
export function noveltyOf(novelty: Novelty, states: Float64Array, n: number): Float64Array {
  const R = states.length / Math.max(1, n);
  const distances = Float64Array.from({ length: n }, (_, i) => {
    return distanceOf(novelty, states.subarray(i * R, (i + 1) * R));
  });
  return distances.map((_, i) => {
    return mean(distances.subarray(Math.max(0, i - NOVELTY_REACH), i + NOVELTY_REACH + 1));
  });
}

/** d of one window's states [R]. */
export function distanceOf({ means, factor }: Novelty, state: Float64Array): number {
  const R = state.length;
  let least = Infinity;
  for (let first = 0; first < means.length; first += R) {
    if (Number.isNaN(means[first])) continue;
    const offset = state.map((value, k) => value - means[first + k]);
    least = Math.min(least, mahalanobisSquared(factor, offset, R));
  }
  return Math.sqrt(least);
}

/** NaN for a class that does not occur. */
function classMeans(
  states: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
  R: number,
): Float64Array {
  const means = new Float64Array(classes * R);
  const counts = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) {
    counts[labels[i]]++;
    for (let k = 0; k < R; k++) means[labels[i] * R + k] += states[i * R + k];
  }
  return means.map((sum, i) => sum / counts[Math.floor(i / R)]);
}

function sharedCovariance(
  states: Float64Array,
  labels: ArrayLike<number>,
  means: Float64Array,
  R: number,
): Float64Array {
  const covariance = new Float64Array(R * R);
  const offset = new Float64Array(R);
  for (let i = 0; i < labels.length; i++) {
    for (let k = 0; k < R; k++) offset[k] = states[i * R + k] - means[labels[i] * R + k];
    for (let j = 0; j < R; j++) {
      for (let k = 0; k < R; k++) covariance[j * R + k] += (offset[j] * offset[k]) / labels.length;
    }
  }
  const trace = Array.from({ length: R }, (_, k) => covariance[k * R + k]);
  const typical = mean(trace);
  return covariance.map((value, i) => {
    if (i % (R + 1) !== 0) return (1 - SHRINKAGE) * value;
    return value + 1e-3 * typical + 1e-12;
  });
}
