/**
 * Products with a weight matrix W [K, D] as PyTorch's Linear stores it, in float64. Four rows of W
 * go together, so that four independent sums hide the latency of one addition; every sum still runs
 * over d in order, which keeps one row and many rows bit-identical.
 */

/** y = y + x Wᵀ, i.e. y_nk += Σ_d x_nd W_kd. */
export function matmul(
  x: Float64Array,
  w: Float64Array,
  y: Float64Array,
  n: number,
  d: number,
  k: number,
): void {
  const k4 = k - (k % 4);
  for (let i = 0; i < n; i++) {
    const xi = i * d;
    const yi = i * k;
    for (let j = 0; j < k4; j += 4) {
      const w0 = j * d;
      const w1 = w0 + d;
      const w2 = w1 + d;
      const w3 = w2 + d;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let p = 0; p < d; p++) {
        const xp = x[xi + p];
        s0 += xp * w[w0 + p];
        s1 += xp * w[w1 + p];
        s2 += xp * w[w2 + p];
        s3 += xp * w[w3 + p];
      }
      y[yi + j] += s0;
      y[yi + j + 1] += s1;
      y[yi + j + 2] += s2;
      y[yi + j + 3] += s3;
    }
    for (let j = k4; j < k; j++) {
      let sum = 0;
      for (let p = 0; p < d; p++) sum += x[xi + p] * w[j * d + p];
      y[yi + j] += sum;
    }
  }
}

/** dx = dx + dy W, i.e. dx_nd += Σ_k dy_nk W_kd. */
export function matmulDx(
  dy: Float64Array,
  w: Float64Array,
  dx: Float64Array,
  n: number,
  d: number,
  k: number,
): void {
  const k4 = k - (k % 4);
  for (let i = 0; i < n; i++) {
    const xi = i * d;
    const yi = i * k;
    for (let j = 0; j < k4; j += 4) {
      const w0 = j * d;
      const w1 = w0 + d;
      const w2 = w1 + d;
      const w3 = w2 + d;
      const g0 = dy[yi + j];
      const g1 = dy[yi + j + 1];
      const g2 = dy[yi + j + 2];
      const g3 = dy[yi + j + 3];
      for (let p = 0; p < d; p++) {
        dx[xi + p] += g0 * w[w0 + p] + g1 * w[w1 + p] + g2 * w[w2 + p] + g3 * w[w3 + p];
      }
    }
    for (let j = k4; j < k; j++) {
      const g = dy[yi + j];
      for (let p = 0; p < d; p++) dx[xi + p] += g * w[j * d + p];
    }
  }
}

/** dW = dW + dyᵀ x, i.e. dW_kd += Σ_n dy_nk x_nd; four rows of x go together. */
export function matmulDw(
  dy: Float64Array,
  x: Float64Array,
  dw: Float64Array,
  n: number,
  d: number,
  k: number,
): void {
  const n4 = n - (n % 4);
  for (let i = 0; i < n4; i += 4) {
    const x0 = i * d;
    const x1 = x0 + d;
    const x2 = x1 + d;
    const x3 = x2 + d;
    for (let j = 0; j < k; j++) {
      const g0 = dy[i * k + j];
      const g1 = dy[(i + 1) * k + j];
      const g2 = dy[(i + 2) * k + j];
      const g3 = dy[(i + 3) * k + j];
      const wj = j * d;
      for (let p = 0; p < d; p++) {
        dw[wj + p] += g0 * x[x0 + p] + g1 * x[x1 + p] + g2 * x[x2 + p] + g3 * x[x3 + p];
      }
    }
  }
  for (let i = n4; i < n; i++) {
    for (let j = 0; j < k; j++) {
      const g = dy[i * k + j];
      for (let p = 0; p < d; p++) dw[j * d + p] += g * x[i * d + p];
    }
  }
}
