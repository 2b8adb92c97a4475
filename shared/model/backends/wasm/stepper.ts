/** The forecaster step by step in the kernels' memory: live scoring. */
import type { Forecaster } from '../../forecaster.ts';
import type { Stepper } from '../../stepper.ts';
import type { Arena } from './arena.ts';
import type { WasmModule } from './module.ts';
import { padded } from './tensors.ts';

/** Outputs that go together in a product. */
const WIDTH = 16;

/**
 * Steps B streams of one forecaster at a time: u [B, D], y [B, K], state [B, H], out [B, horizons,
 * K]. A stream's bits do not depend on B. Several steppers may share a module; each keeps its
 * weights in its memory until it is freed.
 */
export function createWasmStepper(
  { exports }: WasmModule,
  arena: Arena,
  { spec, parameters }: Forecaster,
  B: number,
): Stepper {
  const { inputs: D, targets: K, hidden, horizons } = spec;
  const H = padded(hidden);
  const GH = wide(3 * H);
  const outputs = K * horizons.length;
  const O = wide(outputs);
  const of = (name: string): Float64Array => parameters.get(name)!.data;
  const taken: { readonly address: number; readonly count: number }[] = [];
  const take = (count: number): number => {
    const address = arena.floats(count);
    taken.push({ address, count });
    return address;
  };
  /** [rows, columns] of PyTorch, transposed; rows by gate, padded. */
  const transposed = (name: string, columns: number, gates: number, width: number): number => {
    const values = of(name);
    const perGate = values.length / columns / gates;
    const address = take(padded(columns) * width);
    const floats = arena.at(address, padded(columns) * width);
    for (let row = 0; row < perGate * gates; row++) {
      const place = Math.floor(row / perGate) * (gates > 1 ? H : perGate) + (row % perGate);
      for (let c = 0; c < columns; c++) floats[c * width + place] = values[row * columns + c];
    }
    return address;
  };
  const places = [
    transposed('gru.weight_ih_l0', D, 3, GH),
    transposed('gru.weight_hh_l0', hidden, 3, GH),
    transposed('gru.bias_ih_l0', 1, 3, GH),
    transposed('gru.bias_hh_l0', 1, 3, GH),
    transposed('head.weight', hidden, 1, O),
    transposed('head.bias', 1, 1, O),
    parameters.has('skip.weight') ? transposed('skip.weight', D, 1, O) : 0,
  ] as const;
  const [u, h, gi, gh, out] = [D, H, GH, GH, O].map((size) => take(B * size));
  const [uView, hView] = [arena.at(u, B * D), arena.at(h, B * H)];
  const outView = arena.at(out, B * O);
  const [weightIh, weightHh, biasIh, biasHh, head, bias, skip] = places;
  const run = exports.stepForecaster;
  const step: Stepper = (input, last, state, forecasts) => {
    for (let i = 0; i < B * D; i++) uView[i] = input[i];
    for (let b = 0; b < B; b++) {
      for (let i = 0; i < hidden; i++) hView[b * H + i] = state[b * hidden + i];
    }
    run(B, D, H, GH, O, u, h, weightIh, weightHh, biasIh, biasHh, head, bias, skip, gi, gh, out);
    for (let b = 0; b < B; b++) {
      for (let i = 0; i < hidden; i++) state[b * hidden + i] = hView[b * H + i];
      for (let j = 0; j < outputs; j++) {
        forecasts[b * outputs + j] = last[b * K + (j % K)] + outView[b * O + j];
      }
    }
  };
  step.free = () => {
    for (const { address, count } of taken.splice(0)) arena.giveBack(address, count);
  };
  return step;
}

const wide = (count: number): number => Math.ceil(count / WIDTH) * WIDTH;
