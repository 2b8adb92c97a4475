/**
 * What needs no model: trivial scores of raw rows, to stand beside every figure of ours. Columns
 * are [channel][row]; the first `train` rows are known at the start.
 */
import { cholesky, covariance, mahalanobisSquared } from '../../math/cholesky.ts';
import { createRandom } from '../../math/prng.ts';
import { gaussTailScore, mean, standardDeviation } from '../../math/stats.ts';
import { symmetricEigen } from '../../math/symmetric-eigen.ts';
import { squash } from '../../normalise/squash.ts';
import { add, createRollingMean, current } from '../../window/rolling-mean.ts';
import { conformalScore, createConformal } from '../conformal.ts';

export type Columns = readonly Float64Array[];
export type Baseline = (columns: Columns, train: number, seed: number) => Float64Array;

const SQUASH = 4;
const SMOOTH_ROWS = 10;
/** NAB's own windowed Gaussian looks back so far. */
const GAUSS_ROWS = 6400;
const DIFFERENCE_ROWS = 4000;
const SHRINKAGE = 0.05;
const EXPLAINED = 0.9;

/** Standardised by the training rows; a channel constant there keeps its unit. */
function standardised(columns: Columns, train: number): Float64Array[] {
  return columns.map((column) => {
    const known = column.subarray(0, train);
    const centre = mean(known);
    const deviation = standardDeviation(known, centre);
    const magnitude = known.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const scale = deviation < 1e-9 ? Math.max(1e-3, 0.05 * magnitude) : deviation;
    return column.map((x) => (x - centre) / scale);
  });
}

const differences = (column: Float64Array): Float64Array =>
  column.map((x, i) => (i === 0 ? 0 : x - column[i - 1]));

function overChannels(columns: Columns, of: (x: number) => number): Float64Array {
  return columns[0].map((_, row) => {
    let sum = 0;
    for (const column of columns) sum += of(column[row]);
    return sum / columns.length;
  });
}

function smoothed(column: Float64Array): Float64Array {
  const rolling = createRollingMean(SMOOTH_ROWS);
  return column.map((x) => {
    add(rolling, squash(x, SQUASH));
    return current(rolling);
  });
}

const difference: Baseline = (columns, train) =>
  overChannels(standardised(columns.map(differences), train), Math.abs);

const conformalDifference: Baseline = (columns) => {
  const scores = columns.map((column) => {
    const past = createConformal(DIFFERENCE_ROWS);
    return differences(column).map((x) => conformalScore(past, Math.abs(x)));
  });
  return scores[0].map((_, row) => Math.max(...scores.map((column) => column[row])));
};

/** −log10 of a Gaussian tail, by mean and deviation of the rows before. */
const windowedGaussian: Baseline = (columns) => {
  const scores = columns.map((column) => {
    const values = createRollingMean(GAUSS_ROWS);
    const squares = createRollingMean(GAUSS_ROWS);
    const offset = column[0];
    return column.map((raw) => {
      const x = raw - offset;
      const m = current(values);
      const deviation = Math.sqrt(Math.max(0, current(squares) - m * m));
      add(values, x);
      add(squares, x * x);
      return gaussTailScore(Math.abs(x - m) / Math.max(deviation, 1e-6));
    });
  });
  return scores[0].map((_, row) => Math.max(...scores.map((column) => column[row])));
};

/** Energy outside of the principal components that explain nine tenths (Q statistic). */
const pcaResidual: Baseline = (columns, train) => {
  const q = standardised(columns, train).map(smoothed);
  const n = q.length;
  const known = q.map((column) => column.subarray(0, train));
  const centre = known.map(mean);
  const { values, vectors } = symmetricEigen(covariance(known, centre), n);
  const total = values.reduce((sum, value) => sum + value, 0);
  let [kept, explained] = [0, 0];
  while (kept < n && explained < EXPLAINED * total) explained += values[kept++];
  const row = new Float64Array(n);
  return q[0].map((_, i) => {
    for (let k = 0; k < n; k++) row[k] = q[k][i] - centre[k];
    let energy = row.reduce((sum, value) => sum + value * value, 0);
    for (let p = 0; p < kept; p++) {
      let projection = 0;
      for (let k = 0; k < n; k++) projection += row[k] * vectors[p * n + k];
      energy -= projection * projection;
    }
    return Math.sqrt(Math.max(0, energy));
  });
};

/** Hotelling's T² over smoothed channels, its root. */
const hotelling: Baseline = (columns, train) => {
  const q = standardised(columns, train).map(smoothed);
  const n = q.length;
  const known = q.map((column) => column.subarray(0, train));
  const centre = known.map(mean);
  const cov = covariance(known, centre);
  let trace = 0;
  for (let i = 0; i < n; i++) trace += cov[i * n + i];
  const c = cov.map((value) => (1 - SHRINKAGE) * value);
  for (let i = 0; i < n; i++) c[i * n + i] += (SHRINKAGE * trace) / n + 1e-9;
  const factor = cholesky(c, n);
  const row = new Float64Array(n);
  return q[0].map((_, i) => {
    for (let k = 0; k < n; k++) row[k] = q[k][i] - centre[k];
    return Math.sqrt(mahalanobisSquared(factor, row, n));
  });
};

/** By the name that tables show. */
export const BASELINES: Readonly<Record<string, Baseline>> = {
  'always on': ([column]) => column.map(() => 1),
  random: ([column], _train, seed) => {
    const random = createRandom(seed);
    return column.map(() => random.uniform());
  },
  '|diff|': difference,
  'conformal |diff|': conformalDifference,
  'windowed Gaussian': windowedGaussian,
  'sum |z|': (columns, train) => overChannels(standardised(columns, train), Math.abs),
  'PCA residual': pcaResidual,
  'T²': hotelling,
};
