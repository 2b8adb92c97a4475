/**
 * Eigenvalues and vectors of a symmetric matrix by Jacobi's rotations (Golub and Van Loan 2013,
 * 8.5). Plain and exact to rounding; meant for matrices of some dozens of rows.
 */
const SWEEPS_MAX = 60;
const TINY = 1e-22;

export interface Eigen {
  /** Falling. */
  readonly values: Float64Array;
  /** One eigenvector a row, in the order of the values, [n, n]. */
  readonly vectors: Float64Array;
}

/** c [n, n] row-major, symmetric; it is left as it is. */
export function symmetricEigen(c: Float64Array, n: number): Eigen {
  const a = c.slice();
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  const size = a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < SWEEPS_MAX && offDiagonal(a, n) > TINY * size; sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j] - a[i * n + i]);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => vectors.set(v.subarray(from * n, (from + 1) * n), to * n));
  return { values: Float64Array.from(order, (i) => a[i * n + i]), vectors };
}

function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) sum += 2 * a[i * n + j] ** 2;
  return sum;
}

/** Makes a_pq zero; rows of v take part. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  if (a[p * n + q] === 0) return;
  const tau = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.hypot(1, tau));
  const c = 1 / Math.hypot(1, t);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [kp, kq] = [a[k * n + p], a[k * n + q]];
    a[k * n + p] = c * kp - s * kq;
    a[k * n + q] = s * kp + c * kq;
  }
  for (let k = 0; k < n; k++) {
    const [pk, qk] = [a[p * n + k], a[q * n + k]];
    a[p * n + k] = c * pk - s * qk;
    a[q * n + k] = s * pk + c * qk;
    const [vp, vq] = [v[p * n + k], v[q * n + k]];
    v[p * n + k] = c * vp - s * vq;
    v[q * n + k] = s * vp + c * vq;
  }
}
