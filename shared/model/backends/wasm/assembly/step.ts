/** The forecaster step by step, a row for each stream: weights lie transposed. */
import { bytes, F32, fma, logistic, tanh } from './vector';

/** One row, sixteen outputs together; see `rowsTimesMatrix`. */
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

/** Four rows, eight outputs together: the same sums in the same order as one row. */
function fourRowsTimesMatrix(
  D: i32,
  K: i32,
  x: usize,
  ldx: usize,
  weights: usize,
  bias: usize,
  out: usize,
): void {
  const step = bytes(K);
  for (let k: usize = 0; k < step; k += 32) {
    const o0 = out + k;
    const o1 = o0 + step;
    const o2 = o1 + step;
    const o3 = o2 + step;
    const start = bias ? bias + k : o0;
    const next: usize = bias ? 0 : step;
    let s00 = v128.load(start);
    let s01 = v128.load(start, 16);
    let s10 = v128.load(start + next);
    let s11 = v128.load(start + next, 16);
    let s20 = v128.load(start + 2 * next);
    let s21 = v128.load(start + 2 * next, 16);
    let s30 = v128.load(start + 3 * next);
    let s31 = v128.load(start + 3 * next, 16);
    let w = weights + k;
    let at = x;
    for (let d = 0; d < D; d++) {
      const w0 = v128.load(w);
      const w1 = v128.load(w, 16);
      let value = v128.load32_splat(at);
      s00 = fma(value, w0, s00);
      s01 = fma(value, w1, s01);
      value = v128.load32_splat(at + ldx);
      s10 = fma(value, w0, s10);
      s11 = fma(value, w1, s11);
      value = v128.load32_splat(at + 2 * ldx);
      s20 = fma(value, w0, s20);
      s21 = fma(value, w1, s21);
      value = v128.load32_splat(at + 3 * ldx);
      s30 = fma(value, w0, s30);
      s31 = fma(value, w1, s31);
      at += F32;
      w += step;
    }
    v128.store(o0, s00);
    v128.store(o0, s01, 16);
    v128.store(o1, s10);
    v128.store(o1, s11, 16);
    v128.store(o2, s20);
    v128.store(o2, s21, 16);
    v128.store(o3, s30);
    v128.store(o3, s31, 16);
  }
}

/**
 * out [B, K] ← bias + x Wᵀ, or out += x Wᵀ without one; x [B, D] with rows ldx floats apart,
 * weights [D, K] transposed, K padded to 16.
 */
function rowsTimesMatrix(
  B: i32,
  D: i32,
  K: i32,
  x: usize,
  ldx: i32,
  weights: usize,
  bias: usize,
  out: usize,
): void {
  let b = 0;
  for (; b + 4 <= B; b += 4) {
    fourRowsTimesMatrix(D, K, x, bytes(ldx), weights, bias, out);
    x += bytes(4 * ldx);
    out += bytes(4 * K);
  }
  for (; b < B; b++) {
    matrixVector(D, K, x, weights, bias, out);
    x += bytes(ldx);
    out += bytes(K);
  }
}

/**
 * h [B, H] ← GRU(u, h); out [B, K] ← W h + b + L u, u [B, D]; no L where `skip` is 0. H a multiple
 * of 4; GH = 3H and K padded to 16; gi and gh hold B·GH floats. Gates of the transposed weights
 * [·, GH] lie H apart. A row's bits do not depend on how many there are.
 */
export function stepForecaster(
  B: i32,
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
  rowsTimesMatrix(B, D, GH, u, D, weightIh, biasIh, gi);
  rowsTimesMatrix(B, H, GH, h, H, weightHh, biasHh, gh);
  for (let b = 0; b < B; b++) {
    gates(H, gi + bytes(b * GH), gh + bytes(b * GH), h + bytes(b * H));
  }
  rowsTimesMatrix(B, H, K, h, H, head, headBias, out);
  if (skip) rowsTimesMatrix(B, D, K, u, D, skip, 0, out);
}

function gates(H: i32, gi: usize, gh: usize, h: usize): void {
  const h1 = bytes(H);
  const h2 = h1 << 1;
  for (let o: usize = 0; o < h1; o += 16) {
    const r = logistic(f32x4.add(v128.load(gi + o), v128.load(gh + o)));
    const z = logistic(f32x4.add(v128.load(gi + h1 + o), v128.load(gh + h1 + o)));
    const n = tanh(fma(r, v128.load(gh + h2 + o), v128.load(gi + h2 + o)));
    v128.store(h + o, fma(z, f32x4.sub(v128.load(h + o), n), n));
  }
}
