/** The forecaster one row at a time, as live scoring runs it. */
import { fillRows } from './backends/reference/affine.ts';
import { matmul } from './backends/reference/matmul.ts';
import { createTape, cells } from './cells/cell.ts';
import type { Forecaster } from './forecaster.ts';

/**
 * One row: u [D] inputs and y [K] last values; updates the state [H] in place and writes the
 * forecasts out [horizons, K]. Allocates nothing. Batched, each has a row for every stream.
 */
export interface Stepper {
  (u: Float64Array, y: Float64Array, state: Float64Array, out: Float64Array): void;
  /** Gives its weights' memory back; it steps no more. Absent where there is none to give. */
  free?(): void;
}

export type StepperFactory = (forecaster: Forecaster) => Stepper;

/** In float64: the judge of the others. */
export const referenceStepper: StepperFactory = ({ spec, parameters }) => {
  const { inputs: D, targets: K, hidden: H, horizons } = spec;
  const outputs = K * horizons.length;
  const of = (name: string): Float64Array => parameters.get(name)!.data;
  const weightIh = of('gru.weight_ih_l0');
  const weightHh = of('gru.weight_hh_l0');
  const biasIh = of('gru.bias_ih_l0');
  const biasHh = of('gru.bias_hh_l0');
  const head = of('head.weight');
  const bias = of('head.bias');
  const skip = parameters.get('skip.weight')?.data;
  const tape = createTape('gru', 1, 1, H);
  const gi = new Float64Array(3 * H);
  const gh = new Float64Array(3 * H);
  return (u, y, state, out) => {
    tape.h.set(state);
    matmul(u, weightIh, fillRows(gi, biasIh), 1, D, 3 * H);
    matmul(state, weightHh, fillRows(gh, biasHh), 1, H, 3 * H);
    cells.gru.forward(0, gi, gh, tape, { B: 1, H });
    for (let i = 0; i < H; i++) state[i] = tape.h[H + i];
    for (let j = 0; j < outputs; j++) out[j] = y[j % K] + bias[j];
    matmul(state, head, out, 1, H, outputs);
    if (skip) matmul(u, skip, out, 1, D, outputs);
  };
};
