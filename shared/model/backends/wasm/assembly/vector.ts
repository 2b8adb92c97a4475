/**
 * Four float32 lanes at a time. Pointers are byte addresses. `fma` is one rounding in the relaxed
 * build and two in the plain one, which gives the same bits on every machine.
 */

export const F32: usize = 4;
export const LANES: i32 = 4;

/** Bytes of n floats. */
export function bytes(n: i32): usize {
  return (<usize>n) << 2;
}

export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** a b + c */
export function fma(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

export function sumLanes(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) +
    f32x4.extract_lane(x, 1) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}

/** eˣ to 2 ulp: x = n ln 2 + r with |r| ≤ ln 2 / 2, a polynomial in r (Moshier's Cephes), 2ⁿ. */
export function exp(a: v128): v128 {
  let x = f32x4.pmin(f32x4.pmax(a, splat(-87.3)), splat(88.3));
  const n = f32x4.nearest(f32x4.mul(x, splat(1.44269504088896341)));
  // ln 2 in two parts, so that the subtraction is exact.
  x = f32x4.sub(x, f32x4.mul(n, splat(0.693359375)));
  x = f32x4.sub(x, f32x4.mul(n, splat(-2.1219444e-4)));
  let p = splat(1.98756915e-4);
  p = fma(p, x, splat(1.3981999507e-3));
  p = fma(p, x, splat(8.3334519073e-3));
  p = fma(p, x, splat(4.1665795894e-2));
  p = fma(p, x, splat(1.6666665459e-1));
  p = fma(p, x, splat(5.0000001201e-1));
  p = f32x4.add(fma(p, f32x4.mul(x, x), x), splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** σ(x) = 1 / (1 + e^{−x}) */
export function logistic(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), exp(f32x4.neg(x))));
}

/** 1 − 2 / (e^{2x} + 1), and an odd polynomial (Cephes) near 0, where that would cancel. */
export function tanh(x: v128): v128 {
  const far = f32x4.sub(splat(1), f32x4.div(splat(2), f32x4.add(exp(f32x4.add(x, x)), splat(1))));
  const z = f32x4.mul(x, x);
  let p = splat(-5.70498872745e-3);
  p = fma(p, z, splat(2.06390887954e-2));
  p = fma(p, z, splat(-5.37397155531e-2));
  p = fma(p, z, splat(1.33314422036e-1));
  p = fma(p, z, splat(-3.33332819422e-1));
  const near = fma(f32x4.mul(p, z), x, x);
  return v128.bitselect(near, far, f32x4.lt(f32x4.abs(x), splat(0.625)));
}
