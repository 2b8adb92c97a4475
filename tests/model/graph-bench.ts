/** A graph on a backend, the reference unless given, with values and gradients at hand. */
import { createReferenceBackend } from '../../shared/model/backends/reference/reference.ts';
import { own } from '../../shared/model/backends/reference/tensors.ts';
import type { Backend, Sequence } from '../../shared/model/backend.ts';
import { Graph } from '../../shared/model/graph.ts';
import {
  createWeights,
  emptyParameters,
  type Parameters,
  type ParameterShape,
  type Weights,
} from '../../shared/model/parameters.ts';
import { normals } from './numbers.ts';

export class GraphBench {
  readonly backend: Backend;
  readonly graph: Graph;
  weights: Weights = new Map();

  constructor(backend = createReferenceBackend()) {
    this.backend = backend;
    this.graph = new Graph(backend);
  }

  /** A sequence of these values that gradients flow back into. */
  input(values: ArrayLike<number>, T: number, B: number, C: number): Sequence {
    const made = this.graph.input(T, B, C, true);
    this.backend.write(made, values);
    return made;
  }

  /** Weights of these values; random ones where none are given. */
  load(shapes: readonly ParameterShape[], values?: Readonly<Record<string, number[]>>): Weights {
    const parameters = values ? given(shapes, values) : random(shapes);
    this.weights = createWeights(this.backend, shapes, parameters);
    return this.weights;
  }

  /** ∂L/∂output of the backward pass; on the reference alone. */
  pull(output: Sequence, dOutput: ArrayLike<number>): void {
    const { gradient } = own(output);
    this.graph.note({
      forward: () => undefined,
      backward: () => {
        for (let i = 0; i < gradient.length; i++) gradient[i] += dOutput[i];
      },
    });
  }

  run(): void {
    this.graph.forward();
    this.graph.backward();
  }

  gradientOf(name: string): Float64Array {
    return this.backend.read(this.weights.get(name)!, 'gradient');
  }
}

function given(
  shapes: readonly ParameterShape[],
  values: Readonly<Record<string, number[]>>,
): Parameters {
  const parameters = emptyParameters(shapes);
  for (const [name, { data }] of parameters) data.set(values[name]);
  return parameters;
}

function random(shapes: readonly ParameterShape[]): Parameters {
  const parameters = emptyParameters(shapes);
  let part = 0;
  for (const { data } of parameters.values()) data.set(normals(data.length, 7 * ++part));
  return parameters;
}

/** (f(x + step e_i) − f(x − step e_i)) / 2 step for every i; `write` takes the changed values. */
export function centralDifferences(
  values: Float64Array,
  write: (values: Float64Array) => void,
  f: () => number,
): number[] {
  const step = 1e-5;
  const changed = values.slice();
  const at = (i: number, value: number): number => {
    changed[i] = value;
    write(changed);
    return f();
  };
  const slopes = Array.from(values, (value, i) => {
    const slope = (at(i, value + step) - at(i, value - step)) / (2 * step);
    changed[i] = value;
    return slope;
  });
  write(values);
  return slopes;
}
