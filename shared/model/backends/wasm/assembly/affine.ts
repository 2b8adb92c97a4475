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

/** sum [K] += Σ_n rows [N, K]. */
export function addRows(N: i32, K: i32, rows: usize, sum: usize): void {
  for (let k = 0; k < K; k += 4) {
    let total = v128.load(sum + bytes(k));
    let at = rows + bytes(k);
    for (let n = 0; n < N; n++) {
      total = f32x4.add(total, v128.load(at));
      at += bytes(K);
    }
    v128.store(sum + bytes(k), total);
  }
}
