/**
 * Gated recurrent unit (Cho et al. 2014) with PyTorch's conventions: gates r, z, n and the reset
 * gate after the matrix product.
 *
 *   r_t = σ(W_ir x_t + b_ir + W_hr h_{t−1} + b_hr)
 *   z_t = σ(W_iz x_t + b_iz + W_hz h_{t−1} + b_hz)
 *   n_t = tanh(W_in x_t + b_in + r_t ⊙ q_t),   q_t = W_hn h_{t−1} + b_hn
 *   h_t = (1 − z_t) ⊙ n_t + z_t ⊙ h_{t−1}
 */
import type { GruShape, GruTape, GruWeights } from '../../backend.ts';
import { matmul, matmulDw, matmulDx } from './matmul.ts';

const σ = (a: number): number => 1 / (1 + Math.exp(-a));

/** Room for the products of one call, kept between calls of the same size. */
interface Scratch {
  gi: Float64Array;
  gh: Float64Array;
  dgi: Float64Array;
  dgh: Float64Array;
  dh: Float64Array;
}

export function createGru(): {
  forward(x: Float64Array, weights: GruWeights, tape: GruTape, shape: GruShape): void;
  backward(
    x: Float64Array,
    weights: GruWeights,
    tape: GruTape,
    dh: Float64Array,
    gradients: GruWeights,
    shape: GruShape,
  ): void;
} {
  const scratch: Scratch = {
    gi: new Float64Array(0),
    gh: new Float64Array(0),
    dgi: new Float64Array(0),
    dgh: new Float64Array(0),
    dh: new Float64Array(0),
  };
  const room = (name: keyof Scratch, size: number): Float64Array =>
    (scratch[name] = scratch[name].length === size ? scratch[name] : new Float64Array(size));

  return {
    forward: (x, weights, tape, shape) => {
      const { T, B, D, H } = shape;
      const gi = fillRows(room('gi', T * B * 3 * H), weights.biasIh);
      matmul(x, weights.weightIh, gi, T * B, D, 3 * H);
      const gh = room('gh', B * 3 * H);
      for (let t = 0; t < T; t++) {
        const h = tape.h.subarray(t * B * H, (t + 1) * B * H);
        matmul(h, weights.weightHh, fillRows(gh, weights.biasHh), B, H, 3 * H);
        forwardStep(t, gi, gh, tape, shape);
      }
    },
    backward: (x, weights, tape, dhAbove, gradients, shape) => {
      const { T, B, D, H } = shape;
      const dgi = room('dgi', T * B * 3 * H);
      const dgh = room('dgh', T * B * 3 * H);
      const dh = room('dh', B * H).fill(0);
      for (let t = T - 1; t >= 0; t--) {
        for (let i = 0; i < B * H; i++) dh[i] += dhAbove[t * B * H + i];
        backwardStep(t, dh, dgi, dgh, tape, shape);
        const step = dgh.subarray(t * B * 3 * H, (t + 1) * B * 3 * H);
        matmulDx(step, weights.weightHh, dh, B, H, 3 * H);
      }
      const h = tape.h.subarray(0, T * B * H);
      matmulDw(dgi, x, gradients.weightIh, T * B, D, 3 * H);
      matmulDw(dgh, h, gradients.weightHh, T * B, H, 3 * H);
      sumRows(dgi, gradients.biasIh);
      sumRows(dgh, gradients.biasHh);
    },
  };
}

function forwardStep(
  t: number,
  gi: Float64Array,
  gh: Float64Array,
  { h, gates, reset }: GruTape,
  { B, H }: GruShape,
): void {
  for (let b = 0; b < B; b++) {
    const g = (t * B + b) * 3 * H;
    const a = b * 3 * H;
    const before = (t * B + b) * H;
    const after = before + B * H;
    for (let i = 0; i < H; i++) {
      const r = σ(gi[g + i] + gh[a + i]);
      const z = σ(gi[g + H + i] + gh[a + H + i]);
      const q = gh[a + 2 * H + i];
      const n = Math.tanh(gi[g + 2 * H + i] + r * q);
      h[after + i] = (1 - z) * n + z * h[before + i];
      gates[g + i] = r;
      gates[g + H + i] = z;
      gates[g + 2 * H + i] = n;
      reset[before + i] = q;
    }
  }
}

/** Undoes forwardStep from the last line up; turns dh_t into z ⊙ dh_t, its part of dh_{t−1}. */
function backwardStep(
  t: number,
  dh: Float64Array,
  dgi: Float64Array,
  dgh: Float64Array,
  { h, gates, reset }: GruTape,
  { B, H }: GruShape,
): void {
  for (let b = 0; b < B; b++) {
    const g = (t * B + b) * 3 * H;
    const before = (t * B + b) * H;
    for (let i = 0; i < H; i++) {
      const r = gates[g + i];
      const z = gates[g + H + i];
      const n = gates[g + 2 * H + i];
      const d = dh[b * H + i];
      const dz = d * (h[before + i] - n) * z * (1 - z);
      const dn = d * (1 - z) * (1 - n * n);
      const dr = dn * reset[before + i] * r * (1 - r);
      dh[b * H + i] = d * z;
      dgi[g + i] = dgh[g + i] = dr;
      dgi[g + H + i] = dgh[g + H + i] = dz;
      dgi[g + 2 * H + i] = dn;
      dgh[g + 2 * H + i] = dn * r;
    }
  }
}

/** Every row becomes the bias. */
function fillRows(rows: Float64Array, bias: Float64Array): Float64Array {
  for (let i = 0; i < rows.length; i += bias.length) rows.set(bias, i);
  return rows;
}

/** db = db + Σ_n dy_n. */
function sumRows(dy: Float64Array, db: Float64Array): void {
  const k = db.length;
  for (let i = 0; i < dy.length; i += k) {
    for (let j = 0; j < k; j++) db[j] += dy[i + j];
  }
}
