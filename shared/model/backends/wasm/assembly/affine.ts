/** y = W x + b over rows. */
import { ADD, addColumnsTimes, packRows, rowsTimes, SET } from './product';
import { bytes } from './vector';

/** Rows that go together into a weight gradient: long sums, while the rows are in cache. */
export const ROWS_TOGETHER: i32 = 128;

/** y [N, K]; lengths of rows in floats, padded to ldx and ldy. */
export function affineForward(
  N: i32,
  D: i32,
  K: i32,
  x: usize,
  ldx: i32,
  panels: usize,
  bias: usize,
  y: usize,
): void {
  rowsTimes(N, K, D, x, ldx, panels, y, K, SET, bias);
}

/** dx [N, ldx] ←(+) dy [N, K] W. */
export function affineInputs(
  N: i32,
  ldx: i32,
  K: i32,
  dy: usize,
  panels: usize,
  dx: usize,
  adds: i32,
): void {
  rowsTimes(N, ldx, K, dy, K, panels, dx, ldx, adds ? ADD : SET, 0);
}

/** dW [K, ldx] += dyᵀ x, db += Σ dy (when db is given); room holds ROWS_TOGETHER · ldx floats. */
export function affineWeights(
  N: i32,
  ldx: i32,
  K: i32,
  dy: usize,
  x: usize,
  dw: usize,
  db: usize,
  room: usize,
): void {
  for (let n = 0; n < N; n += ROWS_TOGETHER) {
    const rows = min(ROWS_TOGETHER, N - n);
    packRows(rows, ldx, x + bytes(n * ldx), ldx, room);
    addColumnsTimes(K, ldx, rows, dy + bytes(n * K), K, room, dw, ldx);
  }
  if (db) addRows(N, K, dy, db);
}

/**
 * sum [K] += Σ_n rows [N, K]. Sixteen columns together: four sums that do not wait for each other,
 * each in the order of the rows.
 */
export function addRows(N: i32, K: i32, rows: usize, sum: usize): void {
  const step = bytes(K);
  let k: usize = 0;
  for (; k + 64 <= step; k += 64) {
    const to = sum + k;
    let s0 = v128.load(to);
    let s1 = v128.load(to, 16);
    let s2 = v128.load(to, 32);
    let s3 = v128.load(to, 48);
    let at = rows + k;
    for (let n = 0; n < N; n++) {
      s0 = f32x4.add(s0, v128.load(at));
      s1 = f32x4.add(s1, v128.load(at, 16));
      s2 = f32x4.add(s2, v128.load(at, 32));
      s3 = f32x4.add(s3, v128.load(at, 48));
      at += step;
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
  }
  for (; k < step; k += 16) {
    let total = v128.load(sum + k);
    let at = rows + k;
    for (let n = 0; n < N; n++) {
      total = f32x4.add(total, v128.load(at));
      at += step;
    }
    v128.store(sum + k, total);
  }
}
