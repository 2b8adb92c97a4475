/**
 * A second opinion beside the network: linear discriminant analysis (Fisher 1936) of the windows'
 * summaries. It learns from few labels and of other people errs elsewhere than the network.
 *
 *   s_c = ω (μ_cᵀ Σ⁻¹ x − ½ μ_cᵀ Σ⁻¹ μ_c),   Σ = mean over classes of the covariance within each
 *
 * Every class has the same say in Σ: a rare one that varies more would else be judged by the spread
 * of the common ones. s is added to the network's scores.
 */
import { cholesky, solveCholesky } from '../math/cholesky.ts';
import type { Scale } from './augment.ts';
import { courseOf } from './course.ts';
import { summaryOf } from './summary.ts';

export interface SummaryExpert {
  /** ω Σ⁻¹ μ_c [C, S] */
  readonly weights: Float64Array;
  /** −½ ω μ_cᵀ Σ⁻¹ μ_c [C] */
  readonly biases: Float64Array;
}

const SHRINKAGE = 0.01;
const VARIANCE_MIN = 1e-4;

/** [S] of a window of features [T, F], of which the first are the channels: summary and course. */
export function expertRow(window: Float32Array, scale: Scale, channels: number): Float64Array {
  const summary = summaryOf(window, scale, channels);
  const course = courseOf(window, scale);
  const row = new Float64Array(summary.length + course.length);
  row.set(summary);
  row.set(course, summary.length);
  return row;
}

/** With ω = 1; every class must occur. */
export function fitSummaryExpert(
  rows: readonly Float64Array[],
  labels: ArrayLike<number>,
  C: number,
): SummaryExpert {
  const S = rows[0].length;
  const means = Array.from({ length: C }, () => new Float64Array(S));
  const counts = new Float64Array(C);
  rows.forEach((row, i) => {
    counts[labels[i]]++;
    row.forEach((value, k) => (means[labels[i]][k] += value));
  });
  means.forEach((mean, c) => mean.forEach((sum, k) => (mean[k] = sum / counts[c])));
  const Σ = new Float64Array(S * S);
  rows.forEach((row, i) => {
    const offset = row.map((value, k) => value - means[labels[i]][k]);
    const share = 1 / (C * counts[labels[i]]);
    for (let j = 0; j < S; j++) {
      const weight = share * offset[j];
      for (let k = 0; k <= j; k++) Σ[j * S + k] += weight * offset[k];
    }
  });
  for (let j = 0; j < S; j++) {
    for (let k = 0; k < j; k++) Σ[j * S + k] *= 1 - SHRINKAGE;
    Σ[j * S + j] += VARIANCE_MIN;
  }
  const factor = cholesky(Σ, S);
  const weights = new Float64Array(C * S);
  const biases = means.map((mean, c) => {
    const w = solveCholesky(factor, mean, S);
    weights.set(w, c * S);
    return -0.5 * mean.reduce((sum, value, k) => sum + value * w[k], 0);
  });
  return { weights, biases: Float64Array.from(biases) };
}

export function weighted({ weights, biases }: SummaryExpert, ω: number): SummaryExpert {
  return { weights: weights.map((w) => ω * w), biases: biases.map((b) => ω * b) };
}

/** Scores [C] of a summary [S]. */
export function expertScores({ weights, biases }: SummaryExpert, row: Float64Array): Float64Array {
  const S = row.length;
  return biases.map((bias, c) => {
    let sum = bias;
    for (let k = 0; k < S; k++) sum += weights[c * S + k] * row[k];
    return sum;
  });
}
