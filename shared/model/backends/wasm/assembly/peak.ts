/** What the processor can do at most, to measure the kernels by. */
import { fma, splat, sumLanes } from './vector';

/**
 * Rounds of twelve multiply-adds of four lanes, none of which waits for another: 96 flops each. The
 * factors come from outside, as constants would be loaded again at each use.
 */
export function multiplyAdds(rounds: i32, factor: f32, term: f32): f32 {
  const x = splat(factor);
  const y = splat(term);
  let a = splat(1);
  let b = splat(2);
  let c = splat(3);
  let d = splat(4);
  let e = splat(5);
  let f = splat(6);
  let g = splat(7);
  let h = splat(8);
  let i = splat(9);
  let j = splat(10);
  let k = splat(11);
  let l = splat(12);
  do {
    a = fma(a, x, y);
    b = fma(b, x, y);
    c = fma(c, x, y);
    d = fma(d, x, y);
    e = fma(e, x, y);
    f = fma(f, x, y);
    g = fma(g, x, y);
    h = fma(h, x, y);
    i = fma(i, x, y);
    j = fma(j, x, y);
    k = fma(k, x, y);
    l = fma(l, x, y);
  } while (--rounds);
  a = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, f));
  g = f32x4.add(f32x4.add(f32x4.add(g, h), f32x4.add(i, j)), f32x4.add(k, l));
  return sumLanes(f32x4.add(a, g));
}
