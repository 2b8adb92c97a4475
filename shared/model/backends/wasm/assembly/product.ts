/**
 * Matrix products on blocks of 4 rows × 8 columns, which is what stays in registers. The right
 * factor lies in panels: 8 columns wide (the last may be 4), one row of the panel after another, so
 * that the inner loop reads it in order.
 */
import { bytes, F32, fma, splat } from './vector';

/** C is overwritten with the bias (or 0) plus the product, or the product is added to it. */
export const SET: i32 = 0;
export const ADD: i32 = 1;

/** 4 × 8; element (m, k) of A is at a + m·am + k·ak. */
function block4x8(
  K: i32,
  a: usize,
  am: usize,
  ak: usize,
  panel: usize,
  c: usize,
  ldc: usize,
  mode: i32,
  bias: usize,
): void {
  let s00 = splat(0);
  let s01 = splat(0);
  let s10 = splat(0);
  let s11 = splat(0);
  let s20 = splat(0);
  let s21 = splat(0);
  let s30 = splat(0);
  let s31 = splat(0);
  const c1 = c + ldc;
  const c2 = c1 + ldc;
  const c3 = c2 + ldc;
  const start = mode == ADD ? c : bias;
  const step = mode == ADD ? ldc : 0;
  if (start) {
    s00 = v128.load(start);
    s01 = v128.load(start, 16);
    s10 = v128.load(start + step);
    s11 = v128.load(start + step, 16);
    s20 = v128.load(start + 2 * step);
    s21 = v128.load(start + 2 * step, 16);
    s30 = v128.load(start + 3 * step);
    s31 = v128.load(start + 3 * step, 16);
  }
  let a1 = a + am;
  let a2 = a1 + am;
  let a3 = a2 + am;
  let k = K;
  do {
    const p0 = v128.load(panel);
    const p1 = v128.load(panel, 16);
    panel += 32;
    let x = v128.load32_splat(a);
    s00 = fma(x, p0, s00);
    s01 = fma(x, p1, s01);
    a += ak;
    x = v128.load32_splat(a1);
    s10 = fma(x, p0, s10);
    s11 = fma(x, p1, s11);
    a1 += ak;
    x = v128.load32_splat(a2);
    s20 = fma(x, p0, s20);
    s21 = fma(x, p1, s21);
    a2 += ak;
    x = v128.load32_splat(a3);
    s30 = fma(x, p0, s30);
    s31 = fma(x, p1, s31);
    a3 += ak;
  } while (--k);
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}

function block1x8(
  K: i32,
  a: usize,
  ak: usize,
  panel: usize,
  c: usize,
  mode: i32,
  bias: usize,
): void {
  let s0 = splat(0);
  let s1 = splat(0);
  if (mode == ADD) {
    s0 = v128.load(c);
    s1 = v128.load(c, 16);
  } else if (bias) {
    s0 = v128.load(bias);
    s1 = v128.load(bias, 16);
  }
  let k = K;
  do {
    const x = v128.load32_splat(a);
    s0 = fma(x, v128.load(panel), s0);
    s1 = fma(x, v128.load(panel, 16), s1);
    panel += 32;
    a += ak;
  } while (--k);
  v128.store(c, s0);
  v128.store(c, s1, 16);
}

function block4x4(
  K: i32,
  a: usize,
  am: usize,
  ak: usize,
  panel: usize,
  c: usize,
  ldc: usize,
  mode: i32,
  bias: usize,
): void {
  let s0 = splat(0);
  let s1 = splat(0);
  let s2 = splat(0);
  let s3 = splat(0);
  const c1 = c + ldc;
  const c2 = c1 + ldc;
  const c3 = c2 + ldc;
  if (mode == ADD) {
    s0 = v128.load(c);
    s1 = v128.load(c1);
    s2 = v128.load(c2);
    s3 = v128.load(c3);
  } else if (bias) {
    s0 = v128.load(bias);
    s1 = s0;
    s2 = s0;
    s3 = s0;
  }
  let a1 = a + am;
  let a2 = a1 + am;
  let a3 = a2 + am;
  let k = K;
  do {
    const p = v128.load(panel);
    panel += 16;
    s0 = fma(v128.load32_splat(a), p, s0);
    s1 = fma(v128.load32_splat(a1), p, s1);
    s2 = fma(v128.load32_splat(a2), p, s2);
    s3 = fma(v128.load32_splat(a3), p, s3);
    a += ak;
    a1 += ak;
    a2 += ak;
    a3 += ak;
  } while (--k);
  v128.store(c, s0);
  v128.store(c1, s1);
  v128.store(c2, s2);
  v128.store(c3, s3);
}

function block1x4(
  K: i32,
  a: usize,
  ak: usize,
  panel: usize,
  c: usize,
  mode: i32,
  bias: usize,
): void {
  let s = splat(0);
  if (mode == ADD) s = v128.load(c);
  else if (bias) s = v128.load(bias);
  let k = K;
  do {
    s = fma(v128.load32_splat(a), v128.load(panel), s);
    panel += 16;
    a += ak;
  } while (--k);
  v128.store(c, s);
}

/** C [M, N] from A [M, K] and panels of [K, N]; strides in bytes, N a multiple of 4, K ≥ 1. */
function product(
  M: i32,
  N: i32,
  K: i32,
  a: usize,
  am: usize,
  ak: usize,
  panels: usize,
  c: usize,
  ldc: usize,
  mode: i32,
  bias: usize,
): void {
  let n = 0;
  for (; n + 8 <= N; n += 8) {
    let m = 0;
    let row = a;
    let out = c;
    for (; m + 4 <= M; m += 4) {
      block4x8(K, row, am, ak, panels, out, ldc, mode, bias);
      row += am << 2;
      out += ldc << 2;
    }
    for (; m < M; m++) {
      block1x8(K, row, ak, panels, out, mode, bias);
      row += am;
      out += ldc;
    }
    panels += (<usize>K) << 5;
    c += 32;
    if (bias) bias += 32;
  }
  if (n == N) return;
  let m = 0;
  for (; m + 4 <= M; m += 4) {
    block4x4(K, a, am, ak, panels, c, ldc, mode, bias);
    a += am << 2;
    c += ldc << 2;
  }
  for (; m < M; m++) {
    block1x4(K, a, ak, panels, c, mode, bias);
    a += am;
    c += ldc;
  }
}

/** C [M, N] ←(+) bias + A [M, K] · panels; lda and ldc in floats. */
export function rowsTimes(
  M: i32,
  N: i32,
  K: i32,
  a: usize,
  lda: i32,
  panels: usize,
  c: usize,
  ldc: i32,
  mode: i32,
  bias: usize,
): void {
  product(M, N, K, a, bytes(lda), F32, panels, c, bytes(ldc), mode, bias);
}

/** C [M, N] += Aᵀ · panels with A [K, M]; lda and ldc in floats. */
export function addColumnsTimes(
  M: i32,
  N: i32,
  K: i32,
  a: usize,
  lda: i32,
  panels: usize,
  c: usize,
  ldc: i32,
): void {
  product(M, N, K, a, F32, bytes(lda), panels, c, bytes(ldc), ADD, 0);
}

/** Panels of a matrix [K, N] as it lies; N a multiple of 4, ld in floats. */
export function packRows(K: i32, N: i32, from: usize, ld: i32, to: usize): void {
  const step = bytes(ld);
  let n = 0;
  for (; n + 8 <= N; n += 8) {
    let row = from + bytes(n);
    for (let k = 0; k < K; k++) {
      v128.store(to, v128.load(row));
      v128.store(to, v128.load(row, 16), 16);
      row += step;
      to += 32;
    }
  }
  if (n == N) return;
  let row = from + bytes(n);
  for (let k = 0; k < K; k++) {
    v128.store(to, v128.load(row));
    row += step;
    to += 16;
  }
}

/** Panels of the transpose of a matrix [N, K]; N a multiple of 4, ld in floats. */
export function packColumns(K: i32, N: i32, from: usize, ld: i32, to: usize): void {
  const step = bytes(ld);
  for (let n = 0; n < N;) {
    const width = N - n >= 8 ? 8 : 4;
    const first = from + <usize>n * step;
    for (let k = 0; k < K; k++) {
      let at = first + bytes(k);
      for (let j = 0; j < width; j++) {
        store<f32>(to, load<f32>(at));
        at += step;
        to += F32;
      }
    }
    n += width;
  }
}
