/**
 * The period of a signal: the first peak of its autocorrelation that is nearly as high as the
 * highest, behind the first lag at which it falls to nothing.
 *
 *   r_l = (n/(n − l)) Σ (x_t − x̄)(x_{t−l} − x̄) / Σ (x_t − x̄)²,   4 ≤ l ≤ min(lagMax, n/4)
 */
import { mean } from './stats.ts';

const LAG_MIN = 4;
const NEARLY = 0.9;

/** Below this strength a signal does not repeat itself. */
export const STRENGTH_MIN = 0.3;

export interface Period {
  /** Values; 0 where there is none. */
  readonly length: number;
  /** r at that lag. */
  readonly strength: number;
}

/** `values`: finite. */
export function periodOf(values: Float64Array, lagMax: number): Period {
  const n = values.length;
  const centre = mean(values);
  const x = values.map((value) => value - centre);
  const energy = product(x, 0);
  const none = { length: 0, strength: 0 };
  if (!(energy > 0)) return none;
  const lags = Math.min(lagMax, n >> 2);
  const r = Array.from({ length: lags + 1 }, (_, lag) => {
    return ((n / (n - lag)) * product(x, lag)) / energy;
  });
  const fallen = r.findIndex((value) => value <= 0);
  if (fallen < 0) return none;
  const peaks = r
    .map((strength, length) => ({ strength, length }))
    .filter(({ length }) => {
      const isInside = length >= Math.max(fallen, LAG_MIN) && length < lags;
      return isInside && r[length] >= r[length - 1] && r[length] >= r[length + 1];
    });
  const highest = peaks.reduce((most, { strength }) => Math.max(most, strength), 0);
  return peaks.find(({ strength }) => strength > NEARLY * highest) ?? none;
}

function product(x: Float64Array, lag: number): number {
  let sum = 0;
  for (let i = lag; i < x.length; i++) sum += x[i] * x[i - lag];
  return sum;
}
