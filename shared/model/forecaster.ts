/**
 * The forecaster: a GRU over the inputs, a dense head and a linear skip per horizon, on top of the
 * last value, so that the untrained model is persistence.
 *
 *   g_t = GRU(u_t, g_{t−1})
 *   ŷ_{t+h} = y_t + W_h g_t + b_h + L_h u_t        h ∈ horizons
 *
 * Without a skip, L_h = 0: its horizons·K·D numbers grow with the square of the channels.
 * u_t [D] inputs, y_t [K] last values, g_t [H]. Outputs of a row are [horizons, K], horizon-major.
 * The network gives ŷ − y; who trains it takes y off the targets.
 */
import { createRandom } from '../math/prng.ts';
import { networkShapes } from './network.ts';
import { drawParameters, emptyParameters, type ParameterShape } from './parameters.ts';
import type { Parameters } from './parameters.ts';
import { checkForecasterSpec, type ForecasterSpec, type StackSpec } from './spec.ts';

/** Scale of the head's start, so that the first forecasts stay near persistence. */
const HEAD_SCALE = 0.1;

/** What was learnt: plain data. */
export interface Forecaster {
  readonly spec: ForecasterSpec;
  readonly parameters: Parameters;
}

export function forecasterNetwork({
  inputs,
  targets,
  hidden,
  horizons,
  hasSkip = true,
}: ForecasterSpec): StackSpec {
  return {
    inputs,
    convolutions: [],
    recurrent: { cell: 'gru', hidden, layers: 1, bidirectional: false },
    head: { reading: 'steps', outputs: targets * horizons.length, hasSkip },
  };
}

/** As PyTorch starts a GRU and a Linear, but for a small head and neither bias nor skip. */
export function forecasterShapes(spec: ForecasterSpec): ParameterShape[] {
  checkForecasterSpec(spec);
  return networkShapes(forecasterNetwork(spec)).map((shape) => {
    if (shape.name === 'head.bias' || shape.name === 'skip.weight') return { ...shape, bound: 0 };
    if (shape.name === 'head.weight') return { ...shape, bound: HEAD_SCALE * shape.bound };
    return shape;
  });
}

/** Zero-filled parameters of this spec. */
export function emptyForecaster(spec: ForecasterSpec): Forecaster {
  return { spec, parameters: emptyParameters(forecasterShapes(spec)) };
}

/** Throws RangeError naming the field that is wrong. */
export function createForecaster(spec: ForecasterSpec, seed: number): Forecaster {
  return { spec, parameters: drawParameters(forecasterShapes(spec), createRandom(seed)) };
}
