/** The learnt numbers of a network by PyTorch's names, shapes and layouts. */
import type { Random } from '../math/prng.ts';
import type { Backend, Weight } from './backend.ts';

/** Shape and layout as in PyTorch, row-major. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export type Parameters = ReadonlyMap<string, Parameter>;

export interface ParameterShape {
  readonly name: string;
  readonly shape: readonly number[];
  /** Equal blocks along the first dimension, as the gates of a cell; 1 elsewhere. */
  readonly gates: number;
  /** Starts uniform within ±bound around the centre. */
  readonly bound: number;
  /** 0 unless given. */
  readonly centre?: number;
  /** Follows the data in training, as a running mean does; no optimiser moves it. */
  readonly isStatistic?: boolean;
}

/** The same parameters as tensors of a backend. */
export type Weights = ReadonlyMap<string, Weight>;

/** Zeros: a place for gradients or loaded weights. */
export function emptyParameters(shapes: readonly ParameterShape[]): Parameters {
  return new Map<string, Parameter>(
    shapes.map(({ name, shape }) => {
      const size = shape.reduce((product, n) => product * n, 1);
      return [name, { name, shape, data: new Float64Array(size) }];
    }),
  );
}

/** Drawn in the order of the shapes; nothing is drawn where the bound is 0. */
export function drawParameters(shapes: readonly ParameterShape[], random: Random): Parameters {
  const parameters = emptyParameters(shapes);
  for (const { name, bound, centre = 0 } of shapes) {
    const { data } = parameters.get(name)!;
    if (bound === 0) data.fill(centre);
    else
      for (let i = 0; i < data.length; i++) data[i] = centre + bound * (2 * random.uniform() - 1);
  }
  return parameters;
}

export function copyParameters(from: Parameters, to: Parameters): void {
  for (const [name, { data }] of from) to.get(name)!.data.set(data);
}

/** Puts parameters into a backend. */
export function createWeights(
  backend: Backend,
  shapes: readonly ParameterShape[],
  parameters: Parameters,
): Weights {
  return new Map<string, Weight>(
    shapes.map(({ name, shape, gates }) => {
      const weight = backend.weight(shape, gates);
      backend.write(weight, parameters.get(name)!.data);
      return [name, weight];
    }),
  );
}

/** Takes parameters out of a backend again. */
export function readWeights(backend: Backend, weights: Weights, to: Parameters): void {
  for (const [name, weight] of weights) to.get(name)!.data.set(backend.read(weight));
}
