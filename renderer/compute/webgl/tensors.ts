/**
 * Tensors as textures: four numbers of a row in a texel, the last texel filled up with zeros, and
 * zeros stay zeros through every kernel.
 */
import type { Sequence, Weight } from '../../../shared/model/backend.ts';
import { layoutOf, quads, type Layout } from './layout.ts';
import type { Memory } from './memory.ts';
import type { Surface } from './surface.ts';

/** What holds a gradient that kernels add to: the sum moves from surface to surface. */
export interface Owner {
  readonly value: Surface;
  gradient: Surface;
}

abstract class Tensor {
  value: Surface;
  private ownGradient: Surface | null;

  constructor(memory: Memory, layout: Layout, hasGradient: boolean) {
    this.value = memory.surface(layout);
    this.ownGradient = hasGradient ? memory.surface(layout) : null;
  }

  get gradient(): Surface {
    if (!this.ownGradient) throw new Error('Data have no gradient.');
    return this.ownGradient;
  }

  set gradient(surface: Surface) {
    this.ownGradient = surface;
  }

  get layout(): Layout {
    return this.value.layout;
  }

  abstract readonly count: number;
  /** Calls with every number's place in the tensor and among the texels' numbers. */
  abstract eachPlace(visit: (index: number, place: number) => void): void;

  pack(values: ArrayLike<number>, texels: Float32Array): void {
    this.eachPlace((index, place) => (texels[place] = values[index]));
  }

  unpack(texels: Float32Array): Float64Array {
    const values = new Float64Array(this.count);
    this.eachPlace((index, place) => (values[index] = texels[place]));
    return values;
  }
}

/** [T, B, C] as texels [T, B, C/4]. */
export class WebglSequence extends Tensor implements Sequence {
  readonly T: number;
  readonly B: number;
  readonly C: number;
  readonly hasGradient: boolean;

  constructor(memory: Memory, T: number, B: number, C: number, hasGradient: boolean) {
    super(memory, layoutOf(quads(C), B, T), hasGradient);
    this.T = T;
    this.B = B;
    this.C = C;
    this.hasGradient = hasGradient;
  }

  get count(): number {
    return this.T * this.B * this.C;
  }

  eachPlace(visit: (index: number, place: number) => void): void {
    const { T, B, C } = this;
    const width = 4 * quads(C);
    for (let row = 0, index = 0; row < T * B; row++) {
      for (let c = 0; c < C; c++) visit(index++, row * width + c);
    }
  }
}

/**
 * [G·K, D, taps] with the outputs along a row, every gate filled up by itself, and a row for every
 * input of every tap, filled up to a multiple of four; a vector is one row.
 */
export class WebglWeight extends Tensor implements Weight {
  readonly shape: readonly number[];
  readonly gates: number;

  constructor(memory: Memory, shape: readonly number[], gates: number) {
    const [outputs, inputs, taps = 1] = shape;
    const columns = gates * quads(outputs / gates);
    const rows = inputs === undefined ? 1 : taps * 4 * quads(inputs);
    super(memory, layoutOf(columns, rows, 1), true);
    this.shape = shape;
    this.gates = gates;
  }

  get count(): number {
    return this.shape.reduce((product, n) => product * n, 1);
  }

  eachPlace(visit: (index: number, place: number) => void): void {
    const [outputs, inputs = 1, taps = 1] = this.shape;
    const K = outputs / this.gates;
    const gateWidth = 4 * quads(K);
    const width = this.gates * gateWidth;
    for (let k = 0, index = 0; k < outputs; k++) {
      const column = Math.floor(k / K) * gateWidth + (k % K);
      for (let d = 0; d < inputs; d++) {
        for (let j = 0; j < taps; j++) {
          visit(index++, (j * 4 * quads(inputs) + d) * width + column);
        }
      }
    }
  }
}

/** A handle is what this backend made; the types of the contract hide what is in it. */
export const own = (sequence: Sequence): WebglSequence => sequence as WebglSequence;
export const ownWeight = (weight: Weight): WebglWeight => weight as WebglWeight;
