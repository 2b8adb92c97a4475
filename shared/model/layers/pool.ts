/**
 * A sequence [T, B, H] as one row [B, H]: its last step, or the mean over its steps.
 *
 *   last   c = h_T              mean   c = 1/T Σ_t h_t
 */
export interface PoolShape {
  readonly T: number;
  readonly B: number;
  readonly H: number;
}

export interface Pool {
  forward(h: Float64Array, shape: PoolShape): Float64Array;
  /** dc [B, H] to dh [T, B, H]. */
  backward(dc: Float64Array, shape: PoolShape): Float64Array;
}

const last: Pool = {
  forward: (h, { T, B, H }) => h.slice((T - 1) * B * H),
  backward: (dc, { T, B, H }) => {
    const dh = new Float64Array(T * B * H);
    dh.set(dc, (T - 1) * B * H);
    return dh;
  },
};

const mean: Pool = {
  forward: (h, { T, B, H }) => {
    const c = new Float64Array(B * H);
    for (let i = 0; i < h.length; i++) c[i % (B * H)] += h[i] / T;
    return c;
  },
  backward: (dc, { T, B, H }) =>
    Float64Array.from({ length: T * B * H }, (_, i) => dc[i % (B * H)] / T),
};

export const pools = { last, mean };
export type PoolName = keyof typeof pools;
