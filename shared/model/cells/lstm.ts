/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997, forget gate: Gers et al. 2000) with
 * PyTorch's order of gates: i, f, g, o.
 *
 *   i_t = σ(W_ii x_t + b_ii + W_hi h_{t−1} + b_hi)        f_t, o_t alike
 *   g_t = tanh(W_ig x_t + b_ig + W_hg h_{t−1} + b_hg)
 *   c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t
 *   h_t = o_t ⊙ tanh(c_t)
 */
import type { Cell } from './cell.ts';
import { σ } from './logistic.ts';

export const lstm: Cell = {
  gates: 4,
  hasMemory: true,

  forward: (t, gi, gh, { h, c, gates }, { B, H }) => {
    for (let b = 0; b < B; b++) {
      const at = (t * B + b) * 4 * H;
      const a = b * 4 * H;
      const before = (t * B + b) * H;
      const after = before + B * H;
      for (let k = 0; k < H; k++) {
        const i = σ(gi[at + k] + gh[a + k]);
        const f = σ(gi[at + H + k] + gh[a + H + k]);
        const g = Math.tanh(gi[at + 2 * H + k] + gh[a + 2 * H + k]);
        const o = σ(gi[at + 3 * H + k] + gh[a + 3 * H + k]);
        c[after + k] = f * c[before + k] + i * g;
        h[after + k] = o * Math.tanh(c[after + k]);
        gates[at + k] = i;
        gates[at + H + k] = f;
        gates[at + 2 * H + k] = g;
        gates[at + 3 * H + k] = o;
      }
    }
  },

  backward: (t, { dh, dc }, dgi, dgh, { c, gates }, { B, H }) => {
    for (let b = 0; b < B; b++) {
      const at = (t * B + b) * 4 * H;
      const before = (t * B + b) * H;
      const after = before + B * H;
      for (let k = 0; k < H; k++) {
        const i = gates[at + k];
        const f = gates[at + H + k];
        const g = gates[at + 2 * H + k];
        const o = gates[at + 3 * H + k];
        const s = Math.tanh(c[after + k]);
        const d = dh[b * H + k];
        const dMemory = dc[b * H + k] + d * o * (1 - s * s);
        dgh[at + k] = dMemory * g * i * (1 - i);
        dgh[at + H + k] = dMemory * c[before + k] * f * (1 - f);
        dgh[at + 2 * H + k] = dMemory * i * (1 - g * g);
        dgh[at + 3 * H + k] = d * s * o * (1 - o);
        dc[b * H + k] = dMemory * f;
        dh[b * H + k] = 0;
      }
      dgi.set(dgh.subarray(at, at + 4 * H), at);
    }
  },
};
