/** The update of `optimisers/rule.ts` on n floats, n a multiple of 4. */
import { bytes, fma, splat } from './vector';

/** Σ g² in float64. */
export function sumSquares(n: i32, g: usize): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  for (let o: usize = 0; o < bytes(n); o += 16) {
    const x = v128.load(g + o);
    const low = f64x2.promote_low_f32x4(x);
    const high = f64x2.promote_low_f32x4(
      i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7),
    );
    even = f64x2.add(even, f64x2.mul(low, low));
    odd = f64x2.add(odd, f64x2.mul(high, high));
  }
  const sum = f64x2.add(even, odd);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Sums `copies` gradients that lie n floats apart into the first, and clears the others. */
export function reduceGradient(n: i32, copies: i32, g: usize): void {
  for (let i = 1; i < copies; i++) {
    const part = g + bytes(i * n);
    for (let o: usize = 0; o < bytes(n); o += 16) {
      v128.store(g + o, f32x4.add(v128.load(g + o), v128.load(part + o)));
    }
    memory.fill(part, 0, bytes(n));
  }
}

export function update(
  n: i32,
  theta: usize,
  g: usize,
  m: usize,
  v: usize,
  kappa: f32,
  clip: f32,
  a: f32,
  b: f32,
  p: f32,
  q: f32,
  rho: f32,
  epsilon: f32,
  eta: f32,
  s: f32,
  l1: f32,
  l2: f32,
): void {
  const zero = splat(0);
  for (let o: usize = 0; o < bytes(n); o += 16) {
    const x = v128.load(theta + o);
    let d = f32x4.mul(splat(kappa), v128.load(g + o));
    d = f32x4.pmin(f32x4.pmax(d, splat(-clip)), splat(clip));
    d = fma(splat(l2), x, d);
    const positive = v128.and(f32x4.gt(x, zero), splat(l1));
    const negative = v128.and(f32x4.lt(x, zero), splat(l1));
    d = f32x4.add(d, f32x4.sub(positive, negative));
    const mean = fma(splat(a), v128.load(m + o), f32x4.mul(splat(b), d));
    const square = fma(splat(p), v128.load(v + o), f32x4.mul(splat(q), f32x4.mul(d, d)));
    v128.store(m + o, mean);
    v128.store(v + o, square);
    const size = fma(splat(rho), f32x4.sqrt(square), splat(epsilon));
    const change = f32x4.div(f32x4.mul(splat(eta), mean), size);
    v128.store(theta + o, f32x4.sub(f32x4.mul(splat(s), x), change));
  }
}
