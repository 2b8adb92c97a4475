/** A recurrent layer over a whole sequence: the products around the steps of any cell. */
import type { Kernel, Recurrent } from '../../backend.ts';
import { cells, createTape } from '../../cells/cell.ts';
import { fillRows, sumRows } from './affine.ts';
import { matmul, matmulDw, matmulDx } from './matmul.ts';
import { own, ownWeight } from './tensors.ts';

export function recurrent(terms: Recurrent): Kernel {
  const cell = cells[terms.cell];
  const x = own(terms.x);
  const output = own(terms.h);
  const { T, B } = x;
  const D = x.C;
  const H = output.C;
  const GH = cell.gates * H;
  const weightIh = ownWeight(terms.weights.weightIh);
  const weightHh = ownWeight(terms.weights.weightHh);
  const biasIh = ownWeight(terms.weights.biasIh);
  const biasHh = ownWeight(terms.weights.biasHh);
  const initial = statesOf(terms.initial);
  const final = statesOf(terms.final);
  const tape = createTape(terms.cell, T, B, H);
  const states = cell.hasMemory ? [tape.h, tape.c] : [tape.h];
  const xs = new Float64Array(T * B * D);
  const gi = new Float64Array(T * B * GH);
  const gh = new Float64Array(B * GH);
  const dgi = new Float64Array(T * B * GH);
  const dgh = new Float64Array(T * B * GH);
  const dh = new Float64Array(B * H);
  const dc = new Float64Array(cell.hasMemory ? B * H : 0);
  const dxs = new Float64Array(x.hasGradient ? T * B * D : 0);
  /** The step of the sequence that is read as step t. */
  const stepOf = (t: number): number => (terms.isReversed ? T - 1 - t : t);

  return {
    forward: () => {
      copySteps(x.value, xs, T, stepOf);
      matmul(xs, weightIh.value, fillRows(gi, biasIh.value), T * B, D, GH);
      states.forEach((all, i) => setState(all.subarray(0, B * H), initial?.[i]?.value));
      for (let t = 0; t < T; t++) {
        const h = tape.h.subarray(t * B * H, (t + 1) * B * H);
        matmul(h, weightHh.value, fillRows(gh, biasHh.value), B, H, GH);
        cell.forward(t, gi, gh, tape, { B, H });
      }
      copySteps(tape.h.subarray(B * H), output.value, T, stepOf);
      states.forEach((all, i) => final?.[i]?.value.set(all.subarray(T * B * H)));
    },

    backward: () => {
      setState(dh, final?.[0]?.gradient);
      setState(dc, final?.[1]?.gradient);
      for (let t = T - 1; t >= 0; t--) {
        const above = stepOf(t) * B * H;
        for (let i = 0; i < B * H; i++) dh[i] += output.gradient[above + i];
        cell.backward(t, { dh, dc }, dgi, dgh, tape, { B, H });
        const step = dgh.subarray(t * B * GH, (t + 1) * B * GH);
        matmulDx(step, weightHh.value, dh, B, H, GH);
      }
      matmulDw(dgi, xs, weightIh.gradient, T * B, D, GH);
      matmulDw(dgh, tape.h.subarray(0, T * B * H), weightHh.gradient, T * B, H, GH);
      sumRows(dgi, biasIh.gradient);
      sumRows(dgh, biasHh.gradient);
      if (initial?.[0]?.hasGradient) addTo(initial[0].gradient, dh);
      if (initial?.[1]?.hasGradient) addTo(initial[1].gradient, dc);
      if (!x.hasGradient) return;
      matmulDx(dgi, weightIh.value, dxs.fill(0), T * B, D, GH);
      const step = B * D;
      for (let t = 0; t < T; t++) {
        const to = x.gradient.subarray(stepOf(t) * step, (stepOf(t) + 1) * step);
        addTo(to, dxs.subarray(t * step, (t + 1) * step));
      }
    },
  };
}

/** h and, where there is one, c. */
function statesOf(state: Recurrent['initial']): ReturnType<typeof own>[] | null {
  if (!state) return null;
  return state.c ? [own(state.h), own(state.c)] : [own(state.h)];
}

function setState(to: Float64Array, from: Float64Array | undefined): void {
  if (from && from.length > 0) to.set(from);
  else to.fill(0);
}

export function addTo(sum: Float64Array, part: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += part[i];
}

/** to_t = from_{stepOf(t)}; as stepOf is its own inverse, the way back is the same. */
function copySteps(
  from: Float64Array,
  to: Float64Array,
  T: number,
  stepOf: (t: number) => number,
): void {
  const step = to.length / T;
  for (let t = 0; t < T; t++) {
    to.set(from.subarray(stepOf(t) * step, (stepOf(t) + 1) * step), t * step);
  }
}
