import type { Attention, Kernel } from '../../backend.ts';
import { own, ownWeight } from './tensors.ts';

export function attention(terms: Attention): Kernel {
  const keys = own(terms.keys);
  const memory = own(terms.memory);
  const y = own(terms.y);
  const v = ownWeight(terms.v);
  const query = terms.query && own(terms.query);
  const { T, B, C: A } = keys;
  const H = memory.C;
  /** tanh(k_t + q) [T, B, A] and α [T, B]. */
  const a = new Float64Array(T * B * A);
  const α = new Float64Array(T * B);
  return {
    forward: () => {
      y.value.fill(0);
      for (let i = 0; i < a.length; i++) {
        a[i] = Math.tanh(keys.value[i] + (query ? query.value[i % (B * A)] : 0));
      }
      for (let i = 0; i < α.length; i++) {
        α[i] = 0;
        for (let j = 0; j < A; j++) α[i] += v.value[j] * a[i * A + j];
      }
      for (let b = 0; b < B; b++) {
        softmaxOverTime(α, b, T, B);
        for (let t = 0; t < T; t++) {
          const row = (t * B + b) * H;
          for (let i = 0; i < H; i++) y.value[b * H + i] += α[t * B + b] * memory.value[row + i];
        }
      }
    },

    backward: () => {
      for (let b = 0; b < B; b++) {
        const ds = backThroughSoftmax(α, y.gradient, memory.value, b, { T, B, H });
        for (let t = 0; t < T; t++) {
          const i = t * B + b;
          for (let k = 0; memory.hasGradient && k < H; k++) {
            memory.gradient[i * H + k] += α[i] * y.gradient[b * H + k];
          }
          for (let j = 0; j < A; j++) {
            const tanh = a[i * A + j];
            const dk = ds[t] * v.value[j] * (1 - tanh * tanh);
            v.gradient[j] += ds[t] * tanh;
            if (keys.hasGradient) keys.gradient[i * A + j] += dk;
            if (query?.hasGradient) query.gradient[b * A + j] += dk;
          }
        }
      }
    },
  };
}

/** Scores of one sequence become weights; the largest is taken off first, against overflow. */
function softmaxOverTime(scores: Float64Array, b: number, T: number, B: number): void {
  let top = -Infinity;
  for (let t = 0; t < T; t++) top = Math.max(top, scores[t * B + b]);
  let sum = 0;
  for (let t = 0; t < T; t++) sum += scores[t * B + b] = Math.exp(scores[t * B + b] - top);
  for (let t = 0; t < T; t++) scores[t * B + b] /= sum;
}

/** ds_t = α_t (dα_t − Σ_u α_u dα_u), dα_t = dy·m_t. */
function backThroughSoftmax(
  α: Float64Array,
  dy: Float64Array,
  memory: Float64Array,
  b: number,
  { T, B, H }: { T: number; B: number; H: number },
): Float64Array {
  const ds = new Float64Array(T);
  let mean = 0;
  for (let t = 0; t < T; t++) {
    for (let k = 0; k < H; k++) ds[t] += dy[b * H + k] * memory[(t * B + b) * H + k];
    mean += α[t * B + b] * ds[t];
  }
  for (let t = 0; t < T; t++) ds[t] = α[t * B + b] * (ds[t] - mean);
  return ds;
}
