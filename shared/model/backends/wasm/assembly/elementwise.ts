/** Kernels on n floats, n a multiple of 4 throughout. */
import { bytes, F32, fma, splat, tanh } from './vector';

export function fillZero(n: i32, at: usize): void {
  memory.fill(at, 0, bytes(n));
}

export function copy(n: i32, from: usize, to: usize): void {
  memory.copy(to, from, bytes(n));
}

/** sum += part */
export function add(n: i32, part: usize, sum: usize): void {
  for (let o: usize = 0; o < bytes(n); o += 16) {
    v128.store(sum + o, f32x4.add(v128.load(sum + o), v128.load(part + o)));
  }
}

/** to = a + b */
export function addTwo(n: i32, a: usize, b: usize, to: usize): void {
  for (let o: usize = 0; o < bytes(n); o += 16) {
    v128.store(to + o, f32x4.add(v128.load(a + o), v128.load(b + o)));
  }
}

/** to = a ⊙ b */
export function multiply(n: i32, a: usize, b: usize, to: usize): void {
  for (let o: usize = 0; o < bytes(n); o += 16) {
    v128.store(to + o, f32x4.mul(v128.load(a + o), v128.load(b + o)));
  }
}

/** sum += a ⊙ b */
export function addProduct(n: i32, a: usize, b: usize, sum: usize): void {
  for (let o: usize = 0; o < bytes(n); o += 16) {
    v128.store(sum + o, fma(v128.load(a + o), v128.load(b + o), v128.load(sum + o)));
  }
}

/** sum += factor · part */
export function addScaled(n: i32, factor: f32, part: usize, sum: usize): void {
  const by = splat(factor);
  for (let o: usize = 0; o < bytes(n); o += 16) {
    v128.store(sum + o, fma(by, v128.load(part + o), v128.load(sum + o)));
  }
}

export function tanhForward(n: i32, x: usize, y: usize): void {
  for (let o: usize = 0; o < bytes(n); o += 16) v128.store(y + o, tanh(v128.load(x + o)));
}

/** dx += dy (1 − y²) */
export function tanhBackward(n: i32, y: usize, dy: usize, dx: usize): void {
  for (let o: usize = 0; o < bytes(n); o += 16) {
    const value = v128.load(y + o);
    const slope = f32x4.sub(splat(1), f32x4.mul(value, value));
    v128.store(dx + o, fma(v128.load(dy + o), slope, v128.load(dx + o)));
  }
}

export function reluForward(n: i32, x: usize, y: usize): void {
  for (let o: usize = 0; o < bytes(n); o += 16) {
    v128.store(y + o, f32x4.pmax(splat(0), v128.load(x + o)));
  }
}

/** dx += dy where y > 0 */
export function reluBackward(n: i32, y: usize, dy: usize, dx: usize): void {
  for (let o: usize = 0; o < bytes(n); o += 16) {
    const flowing = v128.and(v128.load(dy + o), f32x4.gt(v128.load(y + o), splat(0)));
    v128.store(dx + o, f32x4.add(v128.load(dx + o), flowing));
  }
}

/** y = max over T steps of n floats, `places` (int32) the first step that has it. */
export function maxForward(T: i32, n: i32, x: usize, y: usize, places: usize): void {
  for (let o: usize = 0; o < bytes(n); o += 16) {
    let most = v128.load(x + o);
    let place = i32x4.splat(0);
    for (let t = 1; t < T; t++) {
      const value = v128.load(x + bytes(t * n) + o);
      const isMore = f32x4.gt(value, most);
      most = v128.bitselect(value, most, isMore);
      place = v128.bitselect(i32x4.splat(t), place, isMore);
    }
    v128.store(y + o, most);
    v128.store(places + o, place);
  }
}

export function maxBackward(T: i32, n: i32, places: usize, dy: usize, dx: usize): void {
  for (let t = 0; t < T; t++) {
    for (let o: usize = 0; o < bytes(n); o += 16) {
      const isHere = i32x4.eq(v128.load(places + o), i32x4.splat(t));
      const to = dx + bytes(t * n) + o;
      v128.store(to, f32x4.add(v128.load(to), v128.and(v128.load(dy + o), isHere)));
    }
  }
}

/** Columns of rows: to [N, ldTo] from column `at` ← (or +=) from [N, ldFrom], C floats a row. */
export function copyColumns(
  N: i32,
  C: i32,
  from: usize,
  ldFrom: i32,
  to: usize,
  ldTo: i32,
  adds: i32,
): void {
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) {
      const o = bytes(c);
      const value = load<f32>(from + o);
      store<f32>(to + o, adds ? load<f32>(to + o) + value : value);
    }
    from += bytes(ldFrom);
    to += bytes(ldTo);
  }
}

/**
 * Patches of a convolution, [T', B, ldPatch] with rows [D, width]: gathered from x [T, B, ldx], or
 * (isBack) added back to it.
 */
export function patches(
  T: i32,
  B: i32,
  D: i32,
  ldx: i32,
  steps: i32,
  width: i32,
  stride: i32,
  padding: i32,
  x: usize,
  rows: usize,
  ldPatch: i32,
  isBack: i32,
): void {
  for (let s = 0; s < steps; s++) {
    for (let b = 0; b < B; b++) {
      const row = rows + bytes((s * B + b) * ldPatch);
      for (let j = 0; j < width; j++) {
        const t = s * stride + j - padding;
        const inside = t >= 0 && t < T;
        let at = x + bytes((t * B + b) * ldx);
        let to = row + bytes(j);
        for (let d = 0; d < D; d++) {
          if (!isBack) store<f32>(to, inside ? load<f32>(at) : 0);
          else if (inside) store<f32>(at, load<f32>(at) + load<f32>(to));
          at += F32;
          to += bytes(width);
        }
      }
    }
  }
}
