/**
 * The forecaster: a GRU over the inputs, a dense head and a linear skip per horizon, on top of the
 * last value, so that the untrained model is persistence.
 *
 *   g_t = GRU(u_t, g_{t−1})
 *   ŷ_{t+h} = y_t + W_h g_t + b_h + L_h u_t        h ∈ horizons
 *
 * u_t [D] inputs, y_t [K] last values, g_t [H]. Outputs of a row are [horizons, K], horizon-major.
 */
import { createRandom } from '../math/prng.ts';
import type { Backend, CellWeights, RecurrentCall } from './backend.ts';
import { createReferenceBackend } from './backends/reference/reference.ts';
import { createTape, type Tape } from './cells/cell.ts';
import { checkSpec, type ForecasterSpec, type Parameter, type Parameters } from './spec.ts';

/** Scale of the head's start, so that the first forecasts stay near persistence. */
const HEAD_SCALE = 0.1;

export interface Forecaster {
  readonly spec: ForecasterSpec;
  readonly parameters: Parameters;
  /**
   * T steps of B sequences from a zero state; u [T, B, D], y [T, B, K]. `drawMask` gives what
   * dropout multiplies the hidden states with, or null.
   */
  forward(
    u: Float64Array,
    y: Float64Array,
    T: number,
    B: number,
    drawMask?: (g: Float64Array) => Float64Array | null,
  ): Pass;
  /** ∂L/∂parameters from ∂L/∂output [T, B, horizons, K] of that pass; gradients are overwritten. */
  backward(pass: Pass, dOutput: Float64Array, gradients: Parameters): void;
  /**
   * One row, live: updates state [H] in place and writes out [horizons, K]. Allocates no array and
   * gives the same bits as the same rows in forward().
   */
  step(u: Float64Array, y: Float64Array, state: Float64Array, out: Float64Array): void;
}

/** What a forward pass keeps. Valid until the next pass of the same size. */
export interface Pass {
  readonly T: number;
  readonly B: number;
  /** [T, B, D] */
  readonly u: Float64Array;
  readonly tape: Tape;
  /** After dropout, [T, B, H]; the head reads this. */
  readonly g: Float64Array;
  /** Dropout mask times 1/(1−p), [T, B, H]; null without dropout. */
  mask: Float64Array | null;
  /** ŷ [T, B, horizons, K] */
  readonly output: Float64Array;
}

/** Parameter shapes by PyTorch's names. */
export function parameterShapes(spec: ForecasterSpec): [string, readonly number[]][] {
  const { inputs: D, hidden: H } = spec;
  const outputs = spec.targets * spec.horizons.length;
  return [
    ['gru.weight_ih_l0', [3 * H, D]],
    ['gru.weight_hh_l0', [3 * H, H]],
    ['gru.bias_ih_l0', [3 * H]],
    ['gru.bias_hh_l0', [3 * H]],
    ['head.weight', [outputs, H]],
    ['head.bias', [outputs]],
    ['skip.weight', [outputs, D]],
  ];
}

/** Zero-filled parameters of this spec: a place for gradients or loaded weights. */
export function emptyParameters(spec: ForecasterSpec): Parameters {
  return new Map<string, Parameter>(
    parameterShapes(spec).map(([name, shape]) => {
      const size = shape.reduce((product, n) => product * n, 1);
      return [name, { name, shape, data: new Float64Array(size) }];
    }),
  );
}

/** Uniform ±1/√H as torch starts a GRU and a Linear; bias of the head and skip zero. */
export function createForecaster(spec: ForecasterSpec, seed: number): Forecaster {
  checkSpec(spec);
  const random = createRandom(seed);
  const parameters = emptyParameters(spec);
  const bound = 1 / Math.sqrt(spec.hidden);
  for (const [name, { data }] of parameters) {
    if (name === 'head.bias' || name === 'skip.weight') continue;
    const scale = name === 'head.weight' ? HEAD_SCALE * bound : bound;
    for (let i = 0; i < data.length; i++) data[i] = scale * (2 * random.uniform() - 1);
  }
  return forecasterOf(spec, parameters);
}

/** A forecaster over given parameters. */
export function forecasterOf(
  spec: ForecasterSpec,
  parameters: Parameters,
  backend: Backend = createReferenceBackend(),
): Forecaster {
  const { inputs: D, targets: K, hidden: H } = spec;
  const outputs = K * spec.horizons.length;
  const weights = gruWeights(parameters);
  const head = parameters.get('head.weight')!.data;
  const bias = parameters.get('head.bias')!.data;
  const skip = parameters.get('skip.weight')!.data;

  /** ŷ = y + W g + b + L u, for N rows. */
  const read = (
    g: Float64Array,
    u: Float64Array,
    y: Float64Array,
    out: Float64Array,
    N: number,
  ): void => {
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < outputs; j++) out[i * outputs + j] = y[i * K + (j % K)] + bias[j];
    }
    backend.matmul(g, head, out, N, H, outputs);
    backend.matmul(u, skip, out, N, D, outputs);
  };

  const callOf = ({ u: x, tape, T, B }: Pass): RecurrentCall => {
    return { cell: 'gru', x, weights, tape, shape: { T, B, D, H } };
  };
  const passes = new Map<string, Pass>();
  const one = createPass(1, 1, D, H, outputs);
  const live = createReferenceBackend();
  return {
    spec,
    parameters,
    forward: (u, y, T, B, drawMask) => {
      const key = `${T}×${B}`;
      const pass = passes.get(key) ?? createPass(T, B, D, H, outputs);
      passes.set(key, pass);
      pass.u.set(u);
      backend.recurrentForward(callOf(pass));
      pass.g.set(pass.tape.h.subarray(B * H));
      pass.mask = drawMask?.(pass.g) ?? null;
      if (pass.mask) for (let i = 0; i < pass.g.length; i++) pass.g[i] *= pass.mask[i];
      read(pass.g, pass.u, y, pass.output, T * B);
      return pass;
    },
    backward: (pass, dOutput, gradients) => {
      const { T, B, u, g } = pass;
      const N = T * B;
      for (const { data } of gradients.values()) data.fill(0);
      const dBias = gradients.get('head.bias')!.data;
      for (let i = 0; i < dOutput.length; i++) dBias[i % outputs] += dOutput[i];
      backend.matmulDw(dOutput, u, gradients.get('skip.weight')!.data, N, D, outputs);
      backend.matmulDw(dOutput, g, gradients.get('head.weight')!.data, N, H, outputs);
      const dg = new Float64Array(N * H);
      backend.matmulDx(dOutput, head, dg, N, H, outputs);
      if (pass.mask) for (let i = 0; i < dg.length; i++) dg[i] *= pass.mask[i];
      backend.recurrentBackward(callOf(pass), { dh: dg, weights: gruWeights(gradients) });
    },
    step: (u, y, state, out) => {
      one.tape.h.set(state);
      live.recurrentForward({ ...callOf(one), x: u });
      for (let i = 0; i < H; i++) state[i] = one.tape.h[H + i];
      read(state, u, y, out, 1);
    },
  };
}

function createPass(T: number, B: number, D: number, H: number, outputs: number): Pass {
  return {
    T,
    B,
    u: new Float64Array(T * B * D),
    tape: createTape('gru', T, B, H),
    g: new Float64Array(T * B * H),
    mask: null,
    output: new Float64Array(T * B * outputs),
  };
}

function gruWeights(parameters: Parameters): CellWeights {
  return {
    weightIh: parameters.get('gru.weight_ih_l0')!.data,
    weightHh: parameters.get('gru.weight_hh_l0')!.data,
    biasIh: parameters.get('gru.bias_ih_l0')!.data,
    biasHh: parameters.get('gru.bias_hh_l0')!.data,
  };
}
