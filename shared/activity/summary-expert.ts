/**
 * A second opinion beside the network: linear discriminant analysis (Fisher 1936) of the windows'
 * summaries. It learns from few labels and of other people errs elsewhere than the network.
 *
 *   s_c = ω (μ_cᵀ Σ⁻¹ x − ½ μ_cᵀ Σ⁻¹ μ_c)      Σ within the classes, added to the network's scores
 */
import { cholesky, solveCholesky } from '../math/cholesky.ts';

export interface SummaryExpert {
  /** ω Σ⁻¹ μ_c [C, S] */
  readonly weights: Float64Array;
  /** −½ ω μ_cᵀ Σ⁻¹ μ_c [C] */
  readonly biases: Float64Array;
}

const SHRINKAGE = 0.01;
const VARIANCE_MIN = 1e-4;

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
    for (let j = 0; j < S; j++) {
      for (let k = 0; k <= j; k++) Σ[j * S + k] += (offset[j] * offset[k]) / rows.length;
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
