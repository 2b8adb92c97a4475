/** What stands for tensors while a network is written down: names and, where known, numbers. */
import type { Sequence, Weight } from '../backend.ts';
import type { OnnxGraph } from './onnx-model.ts';

export class OnnxSequence implements Sequence {
  readonly T: number;
  readonly B: number;
  readonly C: number;
  readonly hasGradient = false;
  /** [T, 1, C]: a batch of one stands for any. */
  readonly values: Float64Array;
  private readonly graph: OnnxGraph;
  private known: string | null;

  constructor(graph: OnnxGraph, T: number, B: number, C: number, name: string | null) {
    if (B !== 1) throw new RangeError(`A network is written down for 1 row, not for ${B}.`);
    this.graph = graph;
    this.known = name;
    this.T = T;
    this.B = B;
    this.C = C;
    this.values = new Float64Array(T * C);
  }

  /** Name of the value; what no node and no input gives is a constant, zero unless written. */
  get name(): string {
    this.known ??= this.constant();
    return this.known;
  }

  set name(name: string) {
    this.known = name;
  }

  /** Spread over the batch of the input at the time. */
  private constant(): string {
    const { graph, T, C, values } = this;
    const sizes = [graph.integers(T), BATCH_SIZE, graph.integers(C)];
    const shape = graph.node('Concat', sizes, { axis: 0 });
    return graph.node('Expand', [graph.floats(graph.newName(), [T, 1, C], values), shape]);
  }
}

export class OnnxWeight implements Weight {
  readonly shape: readonly number[];
  readonly gates: number;
  readonly values: Float64Array;
  name: string;

  constructor(graph: OnnxGraph, shape: readonly number[], gates: number) {
    this.shape = shape;
    this.gates = gates;
    this.values = new Float64Array(shape.reduce((product, n) => product * n, 1));
    this.name = graph.newName();
  }
}

/** Name of the size of the batch, [1]. */
export const BATCH_SIZE = 'batch_size';

/** Notes the size of the batch of an input [T, B, ·] under its name. */
export function noteBatchSize(graph: OnnxGraph, input: string): void {
  const shape = graph.node('Shape', [input]);
  graph.node('Gather', [shape, graph.integers(1)], { axis: 0 }, BATCH_SIZE);
}

/** A handle is what this backend made; the types of the contract hide what is in it. */
export const own = (sequence: Sequence): OnnxSequence => sequence as OnnxSequence;
export const ownWeight = (weight: Weight): OnnxWeight => weight as OnnxWeight;
