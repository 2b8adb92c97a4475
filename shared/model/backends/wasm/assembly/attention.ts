/** Additive attention over one shard: s_t = v·tanh(k_t + q), α = softmax over t, y = Σ α_t m_t. */
import { bytes, fma, splat, sumLanes, tanh } from './vector';

/**
 * keys and a = tanh(k + q) [T, B, A], q [B, A] or 0, v [A], memory m [T, B, H], α [T, B], y [B, H].
 */
export function attentionForward(
  T: i32,
  B: i32,
  A: i32,
  H: i32,
  keys: usize,
  query: usize,
  v: usize,
  m: usize,
  a: usize,
  alpha: usize,
  y: usize,
): void {
  for (let row = 0; row < T * B; row++) {
    const q = query ? query + bytes((row % B) * A) : 0;
    let score = splat(0);
    for (let o: usize = 0; o < bytes(A); o += 16) {
      const at = bytes(row * A) + o;
      const key = v128.load(keys + at);
      const value = tanh(q ? f32x4.add(key, v128.load(q + o)) : key);
      v128.store(a + at, value);
      score = fma(v128.load(v + o), value, score);
    }
    store<f32>(alpha + bytes(row), sumLanes(score));
  }
  memory.fill(y, 0, bytes(B * H));
  for (let b = 0; b < B; b++) {
    softmaxOverTime(T, B, alpha + bytes(b));
    for (let t = 0; t < T; t++) {
      const weight = splat(load<f32>(alpha + bytes(t * B + b)));
      for (let o: usize = 0; o < bytes(H); o += 16) {
        const to = y + bytes(b * H) + o;
        const value = v128.load(m + bytes((t * B + b) * H) + o);
        v128.store(to, fma(weight, value, v128.load(to)));
      }
    }
  }
}

/** The largest score is taken off first, against overflow. */
function softmaxOverTime(T: i32, B: i32, scores: usize): void {
  let top = -Infinity;
  for (let t = 0; t < T; t++) top = max(top, <f64>load<f32>(scores + bytes(t * B)));
  let sum: f64 = 0;
  for (let t = 0; t < T; t++) {
    const power = Math.exp(<f64>load<f32>(scores + bytes(t * B)) - top);
    sum += power;
    store<f32>(scores + bytes(t * B), <f32>power);
  }
  for (let t = 0; t < T; t++) {
    const at = scores + bytes(t * B);
    store<f32>(at, <f32>(<f64>load<f32>(at) / sum));
  }
}

/** Adds to dKeys, dQuery, dMemory where they are given, and to dv [A]; ds holds T floats. */
export function attentionBackward(
  T: i32,
  B: i32,
  A: i32,
  H: i32,
  v: usize,
  m: usize,
  a: usize,
  alpha: usize,
  dy: usize,
  dKeys: usize,
  dQuery: usize,
  dMemory: usize,
  dv: usize,
  ds: usize,
): void {
  for (let b = 0; b < B; b++) {
    const d = dy + bytes(b * H);
    let mean: f32 = 0;
    for (let t = 0; t < T; t++) {
      const row = bytes((t * B + b) * H);
      const weight = load<f32>(alpha + bytes(t * B + b));
      let flow = splat(0);
      for (let o: usize = 0; o < bytes(H); o += 16) {
        flow = fma(v128.load(d + o), v128.load(m + row + o), flow);
        if (!dMemory) continue;
        const to = dMemory + row + o;
        v128.store(to, fma(splat(weight), v128.load(d + o), v128.load(to)));
      }
      const flowing = sumLanes(flow);
      store<f32>(ds + bytes(t), flowing);
      mean += weight * flowing;
    }
    for (let t = 0; t < T; t++) {
      const weight = load<f32>(alpha + bytes(t * B + b));
      const score = splat(weight * (load<f32>(ds + bytes(t)) - mean));
      for (let o: usize = 0; o < bytes(A); o += 16) {
        const at = bytes((t * B + b) * A) + o;
        const value = v128.load(a + at);
        const slope = f32x4.sub(splat(1), f32x4.mul(value, value));
        const dk = f32x4.mul(f32x4.mul(score, v128.load(v + o)), slope);
        v128.store(dv + o, fma(score, value, v128.load(dv + o)));
        if (dKeys) v128.store(dKeys + at, f32x4.add(v128.load(dKeys + at), dk));
        if (!dQuery) continue;
        const to = dQuery + bytes(b * A) + o;
        v128.store(to, f32x4.add(v128.load(to), dk));
      }
    }
  }
}
