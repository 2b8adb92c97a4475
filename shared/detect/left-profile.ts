/**
 * The left matrix profile (Yeh et al. 2016; left discords after Lu et al. 2022, DAMP): how unlike
 * is the window that ends now to every window of the past? m values are compared by shape:
 *
 *   ρ_k = (Σ x_t−i x_t−k−i − m μ_t μ_t−k)/(m σ_t σ_t−k),  i = 0…m−1, lags k = m…rows
 *   d_t = √(2(1 − max_k ρ_k))
 *
 * The sum of a lag moves with one product that comes and one that goes. One lag a row is summed
 * anew, so that rounding does not add up. σ is held to at least σ_min: a rest has no shape.
 */
import { append, createTail, type Tail } from '../window/tail.ts';

export interface LeftProfile {
  /** m */
  readonly window: number;
  readonly deviationMin: number;
  /** x, less the first value seen. */
  readonly values: Tail;
  readonly means: Tail;
  /** 1/σ */
  readonly scales: Tail;
  /** Σ of lag k at [k − m]. */
  readonly sums: Float64Array;
  origin: number;
  /** The lag that is summed anew next. */
  renew: number;
}

/** `rows`: how far back it compares, more than 2 `window`. */
export function createLeftProfile(window: number, rows: number, deviationMin: number): LeftProfile {
  return {
    ...{ window, deviationMin },
    values: createTail(rows + window + 1),
    means: createTail(rows + 1),
    scales: createTail(rows + 1),
    sums: new Float64Array(rows - window + 1),
    ...{ origin: NaN, renew: 0 },
  };
}

/** d_t, 0–2; NaN while there is no window to compare with. `value`: finite. */
export function leftDistance(state: LeftProfile, value: number): number {
  const { window: m, values, means, scales, sums } = state;
  if (Number.isNaN(state.origin)) state.origin = value;
  append(values, value - state.origin);
  if (values.size < m) return NaN;
  const { mean, scale } = momentsOf(state);
  append(means, mean);
  append(scales, scale);
  const lags = Math.min(sums.length, means.size - m);
  if (lags <= 0) return NaN;
  // A lag that was not there at the row before has no sum to move.
  const known = values.size < 2 * m + lags ? lags - 1 : lags;
  const anew = state.renew < known ? state.renew : known;
  const highest = Math.max(
    highestOf(state, mean, 0, anew),
    anew < lags ? freshOf(state, mean, anew) : -Infinity,
    highestOf(state, mean, anew + 1, known),
    anew < known && known < lags ? freshOf(state, mean, known) : -Infinity,
  );
  state.renew = (state.renew + 1) % lags;
  return Math.sqrt(Math.max(0, 2 * (1 - (highest * scale) / m)));
}

/** max_k (Σ − m μ_t μ_t−k)/σ_t−k over lags k − m = from…to − 1, whose sums it moves. */
function highestOf(state: LeftProfile, mean: number, from: number, to: number): number {
  const { window: m, values, means, scales, sums } = state;
  const [x, μ, τ] = [values.values, means.values, scales.values];
  const newest = x[values.end - 1];
  const leaving = values.size > m ? x[values.end - 1 - m] : 0;
  const weight = m * mean;
  const entering = values.end - 1 - m;
  const left = values.size > 2 * m ? entering - m : entering;
  const [atMean, atScale] = [means.end - 1 - m, scales.end - 1 - m];
  let highest = -Infinity;
  for (let i = from; i < to; i++) {
    const sum = sums[i] + newest * x[entering - i] - leaving * x[left - i];
    sums[i] = sum;
    const shared = (sum - weight * μ[atMean - i]) * τ[atScale - i];
    if (shared > highest) highest = shared;
  }
  return highest;
}

/** The same of one lag, summed anew. */
function freshOf({ window: m, values, ...state }: LeftProfile, mean: number, i: number): number {
  const { means, scales, sums } = state;
  const [x, newest] = [values.values, values.end - 1];
  let sum = 0;
  for (let j = 0; j < m; j++) sum += x[newest - j] * x[newest - m - i - j];
  sums[i] = sum;
  return (
    (sum - m * mean * means.values[means.end - 1 - m - i]) * scales.values[scales.end - 1 - m - i]
  );
}

function momentsOf({ values, window, deviationMin }: LeftProfile): {
  mean: number;
  scale: number;
} {
  const { values: x, end } = values;
  let sum = 0;
  for (let i = end - window; i < end; i++) sum += x[i];
  const mean = sum / window;
  let squares = 0;
  for (let i = end - window; i < end; i++) squares += (x[i] - mean) ** 2;
  return { mean, scale: 1 / Math.max(deviationMin, Math.sqrt(squares / window)) };
}
