/** Batch normalisation over rows of ld floats, ld a multiple of 4. Sums are kept in float64. */
import { bytes, fma } from './vector';

/** sums [2, ld] in float64: Σ_n a_n, then Σ_n a_n ⊙ b_n. */
export function columnSums(N: i32, ld: i32, a: usize, b: usize, sums: usize): void {
  for (let c = 0; c < ld; c += 2) {
    let sum = f64x2.splat(0);
    let product = f64x2.splat(0);
    let o = bytes(c);
    for (let n = 0; n < N; n++) {
      const left = f64x2.promote_low_f32x4(v128.load64_zero(a + o));
      const right = f64x2.promote_low_f32x4(v128.load64_zero(b + o));
      sum = f64x2.add(sum, left);
      product = f64x2.add(product, f64x2.mul(left, right));
      o += bytes(ld);
    }
    v128.store(sums + 2 * bytes(c), sum);
    v128.store(sums + 2 * bytes(ld + c), product);
  }
}

/** x̂ = (x − μ) · inverse, y = γ x̂ + β; μ, inverse, γ, β [ld]. */
export function normForward(
  N: i32,
  ld: i32,
  x: usize,
  mean: usize,
  inverse: usize,
  gamma: usize,
  beta: usize,
  normal: usize,
  y: usize,
): void {
  for (let n = 0; n < N; n++) {
    const row = bytes(n * ld);
    for (let o: usize = 0; o < bytes(ld); o += 16) {
      const centred = f32x4.sub(v128.load(x + row + o), v128.load(mean + o));
      const value = f32x4.mul(centred, v128.load(inverse + o));
      v128.store(normal + row + o, value);
      v128.store(y + row + o, fma(v128.load(gamma + o), value, v128.load(beta + o)));
    }
  }
}

/** dx += scale (dy − a − x̂ b); scale, a, b [ld]. */
export function normBackward(
  N: i32,
  ld: i32,
  dy: usize,
  normal: usize,
  scale: usize,
  a: usize,
  b: usize,
  dx: usize,
): void {
  for (let n = 0; n < N; n++) {
    const row = bytes(n * ld);
    for (let o: usize = 0; o < bytes(ld); o += 16) {
      const back = f32x4.mul(v128.load(normal + row + o), v128.load(b + o));
      const d = f32x4.sub(f32x4.sub(v128.load(dy + row + o), v128.load(a + o)), back);
      const to = dx + row + o;
      v128.store(to, fma(v128.load(scale + o), d, v128.load(to)));
    }
  }
}
