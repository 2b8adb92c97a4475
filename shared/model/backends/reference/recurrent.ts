/** A recurrent layer over a whole sequence: the products around the steps of any cell. */
import type { Backend } from '../../backend.ts';
import { cells } from '../../cells/cell.ts';
import { matmul, matmulDw, matmulDx } from './matmul.ts';

/** Room for the products of one call, kept between calls of the same size. */
type Scratch = Record<'gi' | 'gh' | 'dgi' | 'dgh' | 'dh' | 'dc', Float64Array>;

export type RecurrentKernels = Pick<Backend, 'recurrentForward' | 'recurrentBackward'>;

export function createRecurrent(): RecurrentKernels {
  const none = new Float64Array(0);
  const scratch: Scratch = { gi: none, gh: none, dgi: none, dgh: none, dh: none, dc: none };
  const room = (name: keyof Scratch, size: number): Float64Array =>
    (scratch[name] = scratch[name].length === size ? scratch[name] : new Float64Array(size));

  return {
    recurrentForward: ({ cell: name, x, weights, tape, shape }) => {
      const { T, B, D, H } = shape;
      const cell = cells[name];
      const GH = cell.gates * H;
      const gi = fillRows(room('gi', T * B * GH), weights.biasIh);
      matmul(x, weights.weightIh, gi, T * B, D, GH);
      const gh = room('gh', B * GH);
      for (let t = 0; t < T; t++) {
        const h = tape.h.subarray(t * B * H, (t + 1) * B * H);
        matmul(h, weights.weightHh, fillRows(gh, weights.biasHh), B, H, GH);
        cell.forward(t, gi, gh, tape, shape);
      }
    },

    recurrentBackward: ({ cell: name, x, weights, tape, shape }, gradients) => {
      const { T, B, D, H } = shape;
      const cell = cells[name];
      const GH = cell.gates * H;
      const dgi = room('dgi', T * B * GH);
      const dgh = room('dgh', T * B * GH);
      const dh = room('dh', B * H).fill(0);
      const dc = room('dc', cell.hasMemory ? B * H : 0).fill(0);
      for (let t = T - 1; t >= 0; t--) {
        for (let i = 0; i < B * H; i++) dh[i] += gradients.dh[t * B * H + i];
        cell.backward(t, { dh, dc }, dgi, dgh, tape, shape);
        const step = dgh.subarray(t * B * GH, (t + 1) * B * GH);
        matmulDx(step, weights.weightHh, dh, B, H, GH);
      }
      const h = tape.h.subarray(0, T * B * H);
      matmulDw(dgi, x, gradients.weights.weightIh, T * B, D, GH);
      matmulDw(dgh, h, gradients.weights.weightHh, T * B, H, GH);
      sumRows(dgi, gradients.weights.biasIh);
      sumRows(dgh, gradients.weights.biasHh);
      if (gradients.dx) matmulDx(dgi, weights.weightIh, gradients.dx, T * B, D, GH);
      gradients.initial?.dh.set(dh);
      gradients.initial?.dc.set(dc);
    },
  };
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
