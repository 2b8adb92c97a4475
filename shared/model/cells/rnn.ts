/**
 * Elman's recurrent network (1990), with tanh or relu as φ.
 *
 *   h_t = φ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh)
 */
import type { Cell } from './cell.ts';

/** `slope` is φ' told from φ's own value. */
function rnn(φ: (a: number) => number, slope: (h: number) => number): Cell {
  return {
    gates: 1,
    hasMemory: false,

    forward: (t, gi, gh, { h, gates }, { B, H }) => {
      const at = t * B * H;
      for (let k = 0; k < B * H; k++) {
        const value = φ(gi[at + k] + gh[k]);
        gates[at + k] = value;
        h[at + B * H + k] = value;
      }
    },

    backward: (t, { dh }, dgi, dgh, { gates }, { B, H }) => {
      const at = t * B * H;
      for (let k = 0; k < B * H; k++) {
        dgi[at + k] = dgh[at + k] = dh[k] * slope(gates[at + k]);
        dh[k] = 0;
      }
    },
  };
}

export const rnnTanh = rnn(Math.tanh, (h) => 1 - h * h);
export const rnnRelu = rnn(
  (a) => Math.max(0, a),
  (h) => (h > 0 ? 1 : 0),
);
