/**
 * Gated recurrent unit (Cho et al. 2014) with PyTorch's conventions: gates r, z, n and the reset
 * gate after the matrix product.
 *
 *   r_t = σ(W_ir x_t + b_ir + W_hr h_{t−1} + b_hr)
 *   z_t = σ(W_iz x_t + b_iz + W_hz h_{t−1} + b_hz)
 *   n_t = tanh(W_in x_t + b_in + r_t ⊙ q_t),   q_t = W_hn h_{t−1} + b_hn
 *   h_t = (1 − z_t) ⊙ n_t + z_t ⊙ h_{t−1}
 */
import type { Cell } from './cell.ts';
import { σ } from './logistic.ts';

export const gru: Cell = {
  gates: 3,
  hasMemory: false,

  forward: (t, gi, gh, { h, gates, reset }, { B, H }) => {
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
  },

  backward: (t, { dh }, dgi, dgh, { h, gates, reset }, { B, H }) => {
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
  },
};
