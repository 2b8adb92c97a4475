/**
 * Additive attention pooling (Bahdanau et al. 2015, over one sequence): the steps of a sequence
 * weighed by a small network and added up.
 *
 *   a_t = tanh(W h_t + b),   s_t = v·a_t,   α = softmax over t of s,   c = Σ_t α_t h_t
 */
import type { Backend } from '../backend.ts';

export interface AttentionShape {
  readonly T: number;
  readonly B: number;
  /** H: width of a step. */
  readonly H: number;
  /** A: units of the weighing network. */
  readonly A: number;
}

export interface AttentionWeights {
  /** W [A, H] */
  readonly weight: Float64Array;
  /** b [A] */
  readonly bias: Float64Array;
  /** v [A] */
  readonly query: Float64Array;
}

export interface AttentionPass {
  /** h [T, B, H] */
  readonly h: Float64Array;
  /** a [T, B, A] */
  readonly a: Float64Array;
  /** α [T, B]; sums to 1 over time. */
  readonly α: Float64Array;
  /** c [B, H] */
  readonly output: Float64Array;
}

export function attentionForward(
  h: Float64Array,
  { weight, bias, query }: AttentionWeights,
  { T, B, H, A }: AttentionShape,
  backend: Backend,
): AttentionPass {
  const a = new Float64Array(T * B * A);
  for (let row = 0; row < T * B; row++) a.set(bias, row * A);
  backend.matmul(h, weight, a, T * B, H, A);
  for (let i = 0; i < a.length; i++) a[i] = Math.tanh(a[i]);
  const α = new Float64Array(T * B);
  backend.matmul(a, query, α, T * B, A, 1);
  const output = new Float64Array(B * H);
  for (let b = 0; b < B; b++) {
    softmaxOverTime(α, b, T, B);
    for (let t = 0; t < T; t++) {
      const row = (t * B + b) * H;
      for (let i = 0; i < H; i++) output[b * H + i] += α[t * B + b] * h[row + i];
    }
  }
  return { h, a, α, output };
}

/** dc [B, H]; adds to the gradients, answers dh [T, B, H]. */
export function attentionBackward(
  { h, a, α }: AttentionPass,
  dc: Float64Array,
  { weight, query }: AttentionWeights,
  gradients: AttentionWeights,
  { T, B, H, A }: AttentionShape,
  backend: Backend,
): Float64Array {
  const dh = new Float64Array(T * B * H);
  const ds = new Float64Array(T * B);
  for (let b = 0; b < B; b++) {
    let mean = 0;
    for (let t = 0; t < T; t++) {
      const row = (t * B + b) * H;
      let dα = 0;
      for (let i = 0; i < H; i++) {
        dα += dc[b * H + i] * h[row + i];
        dh[row + i] = α[t * B + b] * dc[b * H + i];
      }
      ds[t * B + b] = dα;
      mean += α[t * B + b] * dα;
    }
    // The softmax: ds_t = α_t (dα_t − Σ_u α_u dα_u).
    for (let t = 0; t < T; t++) ds[t * B + b] = α[t * B + b] * (ds[t * B + b] - mean);
  }
  const da = new Float64Array(T * B * A);
  backend.matmulDx(ds, query, da, T * B, A, 1);
  backend.matmulDw(ds, a, gradients.query, T * B, A, 1);
  for (let i = 0; i < da.length; i++) da[i] *= 1 - a[i] * a[i];
  backend.matmulDx(da, weight, dh, T * B, H, A);
  backend.matmulDw(da, h, gradients.weight, T * B, H, A);
  for (let i = 0; i < da.length; i++) gradients.bias[i % A] += da[i];
  return dh;
}

/** Scores of one sequence become weights; the largest is taken off first, against overflow. */
function softmaxOverTime(scores: Float64Array, b: number, T: number, B: number): void {
  let top = -Infinity;
  for (let t = 0; t < T; t++) top = Math.max(top, scores[t * B + b]);
  let sum = 0;
  for (let t = 0; t < T; t++) sum += scores[t * B + b] = Math.exp(scores[t * B + b] - top);
  for (let t = 0; t < T; t++) scores[t * B + b] /= sum;
}
