/**
 * What goes on inside of a window, which its summary averages away: of every scaled feature
 *
 *   m_q − m_{q+1},   ln(ε + s_q)      mean m and deviation s of its quarters q
 *   ln(ε + mean |x_t − x_{t−k}|)      for k in LAGS
 *
 * Where a change begins and ends tells sitting down from getting up.
 */
import type { Scale } from './augment.ts';

const PARTS = 4;
/** Samples. The step from one to the next is in the summary. */
const LAGS = [4, 16] as const;
/** Of the scaled features: less than this is stillness. */
const STILL = 1e-3;

/** [F (2 PARTS − 1 + LAGS)] of a window of features [T, F], T ≥ PARTS. */
export function courseOf(window: Float32Array, { mean, deviation }: Scale): Float64Array {
  const F = mean.length;
  const T = window.length / F;
  const size = 2 * PARTS - 1 + LAGS.length;
  const out = new Float64Array(F * size);
  const x = new Float64Array(T);
  for (let f = 0; f < F; f++) {
    for (let t = 0; t < T; t++) x[t] = (window[t * F + f] - mean[f]) / deviation[f];
    const own = out.subarray(f * size, (f + 1) * size);
    let before = 0;
    for (let q = 0; q < PARTS; q++) {
      const [first, end] = [Math.floor((q * T) / PARTS), Math.floor(((q + 1) * T) / PARTS)];
      const level = levelOf(x, first, end);
      if (q > 0) own[q - 1] = before - level;
      own[PARTS - 1 + q] = Math.log(STILL + spreadOf(x, first, end, level));
      before = level;
    }
    LAGS.forEach((lag, i) => (own[2 * PARTS - 1 + i] = Math.log(STILL + meanStep(x, lag))));
  }
  return out;
}

/** Mean of x from `first` to before `end`. */
function levelOf(x: Float64Array, first: number, end: number): number {
  let sum = 0;
  for (let t = first; t < end; t++) sum += x[t];
  return sum / (end - first);
}

function spreadOf(x: Float64Array, first: number, end: number, level: number): number {
  let squares = 0;
  for (let t = first; t < end; t++) squares += (x[t] - level) ** 2;
  return Math.sqrt(squares / (end - first));
}

/** Mean |x_t − x_{t−lag}|; 0 where the window is not longer than the lag. */
function meanStep(x: Float64Array, lag: number): number {
  let sum = 0;
  for (let t = lag; t < x.length; t++) sum += Math.abs(x[t] - x[t - lag]);
  return sum / Math.max(1, x.length - lag);
}
