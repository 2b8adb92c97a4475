/** Losses over N rows of C columns, ld floats apart. Sums are kept in float64 at `sum`. */
import { bytes } from './vector';

export const MSE: i32 = 0;
export const MAE: i32 = 1;
export const HUBER: i32 = 2;
export const QUANTILE: i32 = 3;

/** ℓ(e); `parameter` is δ or τ. */
function valueOf(name: i32, e: f32, parameter: f32): f64 {
  const size = abs(e);
  if (name == MSE) return <f64>(e * e);
  if (name == MAE) return <f64>size;
  if (name == HUBER) {
    return <f64>(size <= parameter ? 0.5 * e * e : parameter * (size - 0.5 * parameter));
  }
  return <f64>(e < 0 ? -parameter * e : (1 - parameter) * e);
}

function slopeOf(name: i32, e: f32, parameter: f32): f32 {
  if (name == MSE) return 2 * e;
  if (name == HUBER) return max(-parameter, min(parameter, e));
  const sign: f32 = e > 0 ? 1 : e < 0 ? -1 : 0;
  if (name == MAE) return sign;
  return sign < 0 ? -parameter : sign > 0 ? 1 - parameter : 0;
}

/** parameters holds one float for each column. With dy: adds the gradient; else adds the loss. */
export function pointwise(
  name: i32,
  N: i32,
  C: i32,
  ld: i32,
  y: usize,
  target: usize,
  weight: usize,
  parameters: usize,
  sum: usize,
  dy: usize,
): void {
  let total: f64 = 0;
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) {
      const o = bytes(n * ld + c);
      const w = load<f32>(weight + o);
      const e = load<f32>(y + o) - load<f32>(target + o);
      const parameter = load<f32>(parameters + bytes(c));
      if (dy) store<f32>(dy + o, load<f32>(dy + o) + w * slopeOf(name, e, parameter));
      else total += <f64>w * valueOf(name, e, parameter);
    }
  }
  if (!dy) store<f64>(sum, load<f64>(sum) + total);
}

/** y [N, ldy] holds μ then s = ln σ², K columns each; target and weight [N, ld]. */
export function gaussian(
  N: i32,
  K: i32,
  ldy: i32,
  ld: i32,
  y: usize,
  target: usize,
  weight: usize,
  sum: usize,
  dy: usize,
): void {
  let total: f64 = 0;
  for (let n = 0; n < N; n++) {
    for (let k = 0; k < K; k++) {
      const mean = bytes(n * ldy + k);
      const spread = bytes(n * ldy + K + k);
      const w = load<f32>(weight + bytes(n * ld + k));
      const e = <f64>load<f32>(target + bytes(n * ld + k)) - <f64>load<f32>(y + mean);
      const s = <f64>load<f32>(y + spread);
      const precision = Math.exp(-s);
      if (dy) {
        const dMean = load<f32>(dy + mean) - <f32>(<f64>w * e * precision);
        store<f32>(dy + mean, dMean);
        const dSpread = <f32>(<f64>w * 0.5 * (1 - e * e * precision));
        store<f32>(dy + spread, load<f32>(dy + spread) + dSpread);
      } else {
        total += <f64>w * 0.5 * (s + e * e * precision);
      }
    }
  }
  if (!dy) store<f64>(sum, load<f64>(sum) + total);
}

/** −Σ a ln softmax(y). */
export function crossEntropy(
  N: i32,
  C: i32,
  ld: i32,
  y: usize,
  a: usize,
  sum: usize,
  dy: usize,
): void {
  let total: f64 = 0;
  for (let n = 0; n < N; n++) {
    const row = bytes(n * ld);
    const logSum = logSumExp(C, y + row);
    let all: f64 = 0;
    for (let c = 0; c < C; c++) all += <f64>load<f32>(a + row + bytes(c));
    for (let c = 0; c < C; c++) {
      const o = row + bytes(c);
      const share = <f64>load<f32>(a + o);
      const logShare = <f64>load<f32>(y + o) - logSum;
      if (!dy) total -= share * logShare;
      else store<f32>(dy + o, load<f32>(dy + o) + <f32>(all * Math.exp(logShare) - share));
    }
  }
  if (!dy) store<f64>(sum, load<f64>(sum) + total);
}

function logSumExp(C: i32, scores: usize): f64 {
  let top = -Infinity;
  for (let c = 0; c < C; c++) top = max(top, <f64>load<f32>(scores + bytes(c)));
  let sum: f64 = 0;
  for (let c = 0; c < C; c++) sum += Math.exp(<f64>load<f32>(scores + bytes(c)) - top);
  return top + Math.log(sum);
}
