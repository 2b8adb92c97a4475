/**
 * A network as the list of its kernels: every call makes the output tensor, the kernel, and notes
 * it; `forward` runs the notes in order and `backward` undoes them in reverse.
 */
import type {
  Activation,
  Backend,
  BatchNorm,
  CellState,
  CellWeights,
  Kernel,
  Sequence,
  Weight,
} from './backend.ts';
import { cells, type CellName } from './cells/cell.ts';

export interface RecurrentOptions {
  readonly initial?: CellState | null;
  readonly isReversed?: boolean;
}

export class Graph {
  readonly backend: Backend;
  private readonly kernels: Kernel[] = [];

  constructor(backend: Backend) {
    this.backend = backend;
  }

  forward(): void {
    for (const kernel of this.kernels) kernel.forward();
  }

  /** From the losses noted last. */
  backward(): void {
    this.backend.clearGradients();
    for (let i = this.kernels.length - 1; i >= 0; i--) this.kernels[i].backward();
  }

  /** Notes a kernel made elsewhere, such as a loss. */
  note<K extends Kernel>(kernel: K): K {
    this.kernels.push(kernel);
    return kernel;
  }

  /** Data, or a place to start from when something shall flow back into it. */
  input(T: number, B: number, C: number, hasGradient = false): Sequence {
    return this.backend.sequence(T, B, C, hasGradient);
  }

  affine(x: Sequence, weight: Weight, bias: Weight | null): Sequence {
    const y = this.backend.sequence(x.T, x.B, weight.shape[0]);
    this.note(this.backend.affine({ x, weight, bias, y }));
    return y;
  }

  recurrent(
    cell: CellName,
    x: Sequence,
    weights: CellWeights,
    { initial = null, isReversed = false }: RecurrentOptions = {},
  ): { readonly h: Sequence; readonly final: CellState } {
    const H = weights.weightHh.shape[1];
    const state = (): Sequence => this.backend.sequence(1, x.B, H);
    const h = this.backend.sequence(x.T, x.B, H);
    const final = { h: state(), c: cells[cell].hasMemory ? state() : null };
    this.note(this.backend.recurrent({ cell, x, weights, initial, h, final, isReversed }));
    return { h, final };
  }

  convolution(
    x: Sequence,
    weight: Weight,
    bias: Weight,
    stride: number,
    padding: number,
  ): Sequence {
    const T = convolutionSteps(x.T, weight.shape[2], stride, padding);
    const y = this.backend.sequence(T, x.B, weight.shape[0]);
    this.note(this.backend.convolution({ x, weight, bias, y, stride, padding }));
    return y;
  }

  attention(keys: Sequence, query: Sequence | null, v: Weight, memory: Sequence): Sequence {
    const y = this.backend.sequence(1, memory.B, memory.C);
    this.note(this.backend.attention({ keys, query, v, memory, y }));
    return y;
  }

  batchNorm(terms: Omit<BatchNorm, 'y'>): Sequence {
    const { T, B, C } = terms.x;
    const y = this.backend.sequence(T, B, C);
    this.note(this.backend.batchNorm({ ...terms, y }));
    return y;
  }

  activation(name: Activation, x: Sequence): Sequence {
    const y = this.backend.sequence(x.T, x.B, x.C);
    this.note(this.backend.activation(name, x, y));
    return y;
  }

  add(...parts: Sequence[]): Sequence {
    const [{ T, B, C }] = parts;
    const y = this.backend.sequence(T, B, C);
    this.note(this.backend.add(parts, y));
    return y;
  }

  multiply(x: Sequence, factor: Sequence): Sequence {
    const y = this.backend.sequence(x.T, x.B, x.C);
    this.note(this.backend.multiply(x, factor, y));
    return y;
  }

  concat(...parts: Sequence[]): Sequence {
    const [{ T, B }] = parts;
    const C = parts.reduce((sum, part) => sum + part.C, 0);
    const y = this.backend.sequence(T, B, C);
    this.note(this.backend.concat(parts, y));
    return y;
  }

  slice(x: Sequence, first: number, steps: number): Sequence {
    const y = this.backend.sequence(steps, x.B, x.C);
    this.note(this.backend.slice(x, first, y));
    return y;
  }

  stack(...parts: Sequence[]): Sequence {
    const T = parts.reduce((sum, part) => sum + part.T, 0);
    const [{ B, C }] = parts;
    const y = this.backend.sequence(T, B, C);
    this.note(this.backend.stack(parts, y));
    return y;
  }

  mean(x: Sequence): Sequence {
    const y = this.backend.sequence(1, x.B, x.C);
    this.note(this.backend.mean(x, y));
    return y;
  }

  max(x: Sequence): Sequence {
    const y = this.backend.sequence(1, x.B, x.C);
    this.note(this.backend.max(x, y));
    return y;
  }
}

/** Steps of a convolution's output. Throws RangeError when the sequence is shorter than it. */
export function convolutionSteps(
  T: number,
  width: number,
  stride: number,
  padding: number,
): number {
  const steps = Math.floor((T + 2 * padding - width) / stride) + 1;
  if (steps < 1) {
    throw new RangeError(
      `A sequence of ${T} steps is shorter than the kernel of ${width}; ` +
        'a longer sequence or a smaller kernel was expected.',
    );
  }
  return steps;
}
