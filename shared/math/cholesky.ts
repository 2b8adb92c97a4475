/** Symmetric positive definite systems by Cholesky's factorisation C = L Lᵀ. */

/** L [n, n] row-major, lower triangle. Throws RangeError when C is not positive definite. */
export function cholesky(c: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = c[i * n + j];
      for (let p = 0; p < j; p++) sum -= l[i * n + p] * l[j * n + p];
      if (i === j && !(sum > 0)) throw new RangeError('The matrix is not positive definite.');
      l[i * n + j] = i === j ? Math.sqrt(sum) : sum / l[j * n + j];
    }
  }
  return l;
}

/** |L⁻¹ q|² = qᵀ C⁻¹ q, by forward substitution. */
export function mahalanobisSquared(l: Float64Array, q: ArrayLike<number>, n: number): number {
  const y = new Float64Array(n);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let value = q[i];
    for (let p = 0; p < i; p++) value -= l[i * n + p] * y[p];
    y[i] = value / l[i * n + i];
    sum += y[i] * y[i];
  }
  return sum;
}

/** C⁻¹ q by forward and backward substitution. */
export function solveCholesky(l: Float64Array, q: ArrayLike<number>, n: number): Float64Array {
  const x = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let value = q[i];
    for (let p = 0; p < i; p++) value -= l[i * n + p] * x[p];
    x[i] = value / l[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let p = i + 1; p < n; p++) x[i] -= l[p * n + i] * x[p];
    x[i] /= l[i * n + i];
  }
  return x;
}

/** Covariance [n, n] of the columns, each of m values, around their means (divided by m − 1). */
export function covariance(
  columns: readonly Float64Array[],
  means: readonly number[],
): Float64Array {
  const n = columns.length;
  const m = columns[0].length;
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let row = 0; row < m; row++) {
        sum += (columns[i][row] - means[i]) * (columns[j][row] - means[j]);
      }
      c[i * n + j] = c[j * n + i] = sum / Math.max(1, m - 1);
    }
  }
  return c;
}
