/** What anybody would try first: mean and spread of each channel, and a classifier without learning
 * to see. */
import { cholesky, mahalanobisSquared } from '../../../../shared/math/cholesky.ts';
import { windowAt, type Features, type Place } from '../../../../shared/activity/windows.ts';

const SHRINKAGE = 0.01;

/** Mean and log deviation of every feature over each window, [n][2F]. */
export function simpleFeatures(
  features: Features,
  places: readonly Place[],
  window: number,
): Float64Array[] {
  const F = features.count;
  return places.map((place) => {
    const out = new Float64Array(2 * F);
    const squares = new Float64Array(F);
    windowAt(features, place, window).forEach((value, i) => {
      out[i % F] += value / window;
      squares[i % F] += (value * value) / window;
    });
    for (let f = 0; f < F; f++) {
      out[F + f] = Math.log(1e-4 + Math.sqrt(Math.max(0, squares[f] - out[f] ** 2)));
    }
    return out;
  });
}

export type Guess = (row: Float64Array) => number;

/** Linear discriminant analysis (Fisher 1936): the nearest class mean in Σ's own distance. */
export function linearDiscriminant(
  rows: readonly Float64Array[],
  labels: readonly number[],
  classes: number,
): Guess {
  const n = rows[0].length;
  const means = Array.from({ length: classes }, (_, c) => {
    const own = rows.filter((_, i) => labels[i] === c);
    return rows[0].map((_, k) => own.reduce((sum, row) => sum + row[k], 0) / own.length);
  });
  const Σ = new Float64Array(n * n);
  rows.forEach((row, i) => {
    const offset = row.map((value, k) => value - means[labels[i]][k]);
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) Σ[j * n + k] += (offset[j] * offset[k]) / rows.length;
    }
  });
  for (let k = 0; k < n; k++) Σ[k * n + k] *= 1 + SHRINKAGE;
  const factor = cholesky(Σ, n);
  return (row) => {
    const distances = means.map((mean) => {
      const offset = row.map((value, k) => value - mean[k]);
      return mahalanobisSquared(factor, offset, n);
    });
    return distances.indexOf(Math.min(...distances));
  };
}

/** The label of the nearest training window, features scaled to unit deviation. */
export function nearestNeighbour(rows: readonly Float64Array[], labels: readonly number[]): Guess {
  const n = rows.length;
  const mean = rows[0].map((_, k) => rows.reduce((sum, row) => sum + row[k], 0) / n);
  const deviation = mean.map((m, k) => {
    return Math.sqrt(rows.reduce((sum, row) => sum + (row[k] - m) ** 2, 0) / n) || 1;
  });
  const scaled = rows.map((row) => row.map((value, k) => value / deviation[k]));
  return (row) => {
    const own = row.map((value, k) => value / deviation[k]);
    let best = 0;
    let least = Infinity;
    for (let i = 0; i < n; i++) {
      let distance = 0;
      const other = scaled[i];
      for (let k = 0; k < own.length && distance < least; k++) distance += (own[k] - other[k]) ** 2;
      if (distance < least) [least, best] = [distance, i];
    }
    return labels[best];
  };
}
