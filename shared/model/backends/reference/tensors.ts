/** Tensors of the reference: float64, row-major, nothing padded. */
import type { Sequence, Weight } from '../../backend.ts';

const NONE = new Float64Array(0);

export class ReferenceSequence implements Sequence {
  readonly T: number;
  readonly B: number;
  readonly C: number;
  readonly hasGradient: boolean;
  /** [T, B, C] */
  readonly value: Float64Array;
  /** [T, B, C], empty for data. */
  readonly gradient: Float64Array;

  constructor(T: number, B: number, C: number, hasGradient: boolean) {
    this.T = T;
    this.B = B;
    this.C = C;
    this.hasGradient = hasGradient;
    this.value = new Float64Array(T * B * C);
    this.gradient = hasGradient ? new Float64Array(T * B * C) : NONE;
  }
}

export class ReferenceWeight implements Weight {
  readonly shape: readonly number[];
  readonly gates: number;
  readonly value: Float64Array;
  readonly gradient: Float64Array;

  constructor(shape: readonly number[], gates: number) {
    const size = shape.reduce((product, n) => product * n, 1);
    this.shape = shape;
    this.gates = gates;
    this.value = new Float64Array(size);
    this.gradient = new Float64Array(size);
  }
}

/** A handle is what this backend made; the types of the contract hide what is in it. */
export const own = (sequence: Sequence): ReferenceSequence => sequence as ReferenceSequence;
export const ownWeight = (weight: Weight): ReferenceWeight => weight as ReferenceWeight;
