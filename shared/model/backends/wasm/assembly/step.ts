/** The forecaster one row at a time: weights lie transposed, sixteen outputs go together. */
import { bytes, F32, fma, logistic, tanh } from './vector';

/** out [K] ← bias + W x, or out += W x without one; weights [D, K] transposed, K padded to 16. */
function matrixVector(D: i32, K: i32, x: usize, weights: usize, bias: usize, out: usize): void {
  const step = bytes(K);
  for (let k: usize = 0; k < step; k += 64) {
    const start = bias ? bias + k : out + k;
    let s0 = v128.load(start);
    let s1 = v128.load(start, 16);
    let s2 = v128.load(start, 32);
    let s3 = v128.load(start, 48);
    let w = weights + k;
    let at = x;
    for (let d = 0; d < D; d++) {
      const value = v128.load32_splat(at);
      s0 = fma(value, v128.load(w), s0);
      s1 = fma(value, v128.load(w, 16), s1);
      s2 = fma(value, v128.load(w, 32), s2);
      s3 = fma(value, v128.load(w, 48), s3);
      at += F32;
      w += step;
    }
    v128.store(out + k, s0);
    v128.store(out + k, s1, 16);
    v128.store(out + k, s2, 32);
    v128.store(out + k, s3, 48);
  }
}

/**
 * h [H] ← GRU(u, h); out [K] ← W h + b + L u. H a multiple of 4; GH = 3H and K padded to 16; gi and
 * gh hold GH floats. Gates of the transposed weights [·, GH] lie H apart.
 */
export function stepForecaster(
  D: i32,
  H: i32,
  GH: i32,
  K: i32,
  u: usize,
  h: usize,
  weightIh: usize,
  weightHh: usize,
  biasIh: usize,
  biasHh: usize,
  head: usize,
  headBias: usize,
  skip: usize,
  gi: usize,
  gh: usize,
  out: usize,
): void {
  matrixVector(D, GH, u, weightIh, biasIh, gi);
  matrixVector(H, GH, h, weightHh, biasHh, gh);
  const h1 = bytes(H);
  const h2 = h1 << 1;
  for (let o: usize = 0; o < h1; o += 16) {
    const r = logistic(f32x4.add(v128.load(gi + o), v128.load(gh + o)));
    const z = logistic(f32x4.add(v128.load(gi + h1 + o), v128.load(gh + h1 + o)));
    const n = tanh(fma(r, v128.load(gh + h2 + o), v128.load(gi + h2 + o)));
    v128.store(h + o, fma(z, f32x4.sub(v128.load(h + o), n), n));
  }
  matrixVector(H, K, h, head, headBias, out);
  matrixVector(D, K, u, skip, 0, out);
}
