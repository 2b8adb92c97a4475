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
import { ago, createRing, push, type Ring } from '../window/ring.ts';

export interface LeftProfile {
  /** m */
  readonly window: number;
  readonly deviationMin: number;
  /** x, less the first value seen. */
  readonly values: Ring;
  readonly means: Ring;
  readonly deviations: Ring;
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
    values: createRing(rows + window + 1),
    means: createRing(rows + 1),
    deviations: createRing(rows + 1),
    sums: new Float64Array(rows - window + 1),
    ...{ origin: NaN, renew: 0 },
  };
}

/** d_t, 0–2; NaN while there is no window to compare with. `value`: finite. */
export function leftDistance(state: LeftProfile, value: number): number {
  const { window: m, values, means, deviations, sums } = state;
  if (Number.isNaN(state.origin)) state.origin = value;
  push(values, value - state.origin);
  if (values.size < m) return NaN;
  const { mean, deviation } = momentsOf(state);
  push(means, mean);
  push(deviations, deviation);
  const lags = Math.min(sums.length, means.size - m);
  if (lags <= 0) return NaN;
  const newest = ago(values, 0);
  const leaving = values.size > m ? ago(values, m) : 0;
  const [x, size, places] = [values.values, values.size, means.values.length];
  let entering = place(values, m);
  let left = place(values, 2 * m);
  let at = place(means, m);
  let highest = -Infinity;
  for (let i = 0; i < lags; i++) {
    const isNew = i === state.renew || size === 2 * m + i;
    sums[i] = isNew ? sumOf(state, m + i) : sums[i] + newest * x[entering] - leaving * x[left];
    const shared = sums[i] - m * mean * means.values[at];
    highest = Math.max(highest, shared / (m * deviation * deviations.values[at]));
    entering = entering === 0 ? x.length - 1 : entering - 1;
    left = left === 0 ? x.length - 1 : left - 1;
    at = at === 0 ? places - 1 : at - 1;
  }
  state.renew = (state.renew + 1) % lags;
  return Math.sqrt(Math.max(0, 2 * (1 - highest)));
}

/** Where the value `back` numbers ago lies. */
function place({ values, next }: Ring, back: number): number {
  return (next - 1 - back + 2 * values.length) % values.length;
}

function sumOf({ values, window }: LeftProfile, lag: number): number {
  let sum = 0;
  for (let i = 0; i < window; i++) sum += ago(values, i) * ago(values, lag + i);
  return sum;
}

function momentsOf({ values, window, deviationMin }: LeftProfile): {
  mean: number;
  deviation: number;
} {
  let sum = 0;
  for (let i = 0; i < window; i++) sum += ago(values, i);
  const mean = sum / window;
  let squares = 0;
  for (let i = 0; i < window; i++) squares += (ago(values, i) - mean) ** 2;
  return { mean, deviation: Math.max(deviationMin, Math.sqrt(squares / window)) };
}
