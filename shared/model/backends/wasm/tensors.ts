/**
 * Tensors in the memory of the kernels. Rows are padded to multiples of four with zeros. A batch is
 * cut into shards of about 32 rows, each a tensor [T, rows, ·] of its own, whatever the number of
 * threads: so results do not depend on it. A weight has a gradient for each shard, summed in order.
 */
import type { Sequence, Weight } from '../../backend.ts';
import type { Arena } from './arena.ts';

const SHARD_ROWS = 32;
const LANES = 4;

export const padded = (count: number): number => Math.ceil(count / LANES) * LANES;

export interface Shard {
  /** First row of the batch in it. */
  readonly first: number;
  readonly rows: number;
}

/** How a batch is cut; a function of its size alone. */
export function shardsOf(B: number): readonly Shard[] {
  const size = padded(Math.ceil(B / Math.ceil(B / SHARD_ROWS)));
  const shards: Shard[] = [];
  for (let first = 0; first < B; first += size) {
    shards.push({ first, rows: Math.min(size, B - first) });
  }
  return shards;
}

export class WasmSequence implements Sequence {
  readonly T: number;
  readonly B: number;
  readonly C: number;
  readonly hasGradient: boolean;
  /** Floats from row to row. */
  readonly ld: number;
  readonly shards: readonly Shard[];
  /** Byte addresses by shard. */
  readonly value: readonly number[];
  /** Empty for data. */
  readonly gradient: readonly number[];
  /** True while the gradient stands for zeros, whatever lies there. */
  isClear = true;
  private readonly arena: Arena;

  constructor(arena: Arena, T: number, B: number, C: number, hasGradient: boolean) {
    this.arena = arena;
    this.T = T;
    this.B = B;
    this.C = C;
    this.hasGradient = hasGradient;
    this.ld = padded(C);
    this.shards = shardsOf(B);
    this.value = this.shards.map((_, s) => arena.floats(this.floats(s)));
    this.gradient = hasGradient ? this.shards.map((_, s) => arena.floats(this.floats(s))) : [];
  }

  /** Rows of a shard over all steps. */
  rows(shard: number): number {
    return this.T * this.shards[shard].rows;
  }

  floats(shard: number): number {
    return this.rows(shard) * this.ld;
  }

  /** values [T, B, C] */
  write(values: ArrayLike<number>): void {
    this.eachRow(this.value, (at, floats, row) => {
      for (let c = 0; c < this.C; c++) floats[at + c] = values[row * this.C + c];
    });
  }

  read(part: 'value' | 'gradient'): Float64Array {
    const values = new Float64Array(this.T * this.B * this.C);
    if (part === 'gradient' && this.isClear) return values;
    this.eachRow(this[part], (at, floats, row) => {
      for (let c = 0; c < this.C; c++) values[row * this.C + c] = floats[at + c];
    });
    return values;
  }

  /** Every row with its place among the floats of its shard, and its number t·B + b. */
  private eachRow(
    addresses: readonly number[],
    visit: (at: number, floats: Float32Array, row: number) => void,
  ): void {
    this.shards.forEach(({ first, rows }, s) => {
      const floats = this.arena.at(addresses[s], this.floats(s));
      for (let t = 0; t < this.T; t++) {
        for (let b = 0; b < rows; b++)
          visit((t * rows + b) * this.ld, floats, t * this.B + first + b);
      }
    });
  }
}

export class WasmWeight implements Weight {
  readonly shape: readonly number[];
  readonly gates: number;
  /** A vector lies as one row. */
  readonly isVector: boolean;
  /** Rows and floats from row to row, padded by gate. */
  readonly rows: number;
  readonly ld: number;
  readonly value: number;
  /** Counts the changes of the value, so that what was packed from it knows when it is old. */
  version = 0;
  private gradients: number[] = [];
  private readonly arena: Arena;

  constructor(arena: Arena, shape: readonly number[], gates: number) {
    this.arena = arena;
    this.shape = shape;
    this.gates = gates;
    this.isVector = shape.length === 1;
    const perGate = padded(shape[0] / gates) * gates;
    const columns = shape.slice(1).reduce((product, n) => product * n, 1);
    this.rows = this.isVector ? 1 : perGate;
    this.ld = this.isVector ? perGate : padded(columns);
    this.value = arena.floats(this.floats);
  }

  get floats(): number {
    return this.rows * this.ld;
  }

  /** Gradients in use, by shard; they lie one after the other. */
  get copies(): number {
    return this.gradients.length;
  }

  /** Address of the gradient that this shard adds to. */
  gradient(shard: number): number {
    return this.gradients[shard];
  }

  /** Makes gradients for so many shards. */
  share(shards: number): void {
    if (shards <= this.gradients.length) return;
    const first = this.arena.floats(shards * this.floats);
    this.gradients = Array.from({ length: shards }, (_, s) => first + 4 * s * this.floats);
  }

  write(values: ArrayLike<number>): void {
    this.scatter(this.value, values);
    this.version++;
  }

  read(part: 'value' | 'gradient'): Float64Array {
    if (part === 'value') return this.gather(this.value);
    const sum = this.gather(this.gradients[0] ?? this.zeros());
    for (const address of this.gradients.slice(1)) {
      this.gather(address).forEach((g, i) => (sum[i] += g));
    }
    return sum;
  }

  /** Into padded floats at an address, from the weight's own shape. */
  scatter(address: number, values: ArrayLike<number>): void {
    const floats = this.arena.at(address, this.floats);
    this.eachPlace((at, i) => (floats[at] = values[i]));
  }

  gather(address: number): Float64Array {
    const floats = this.arena.at(address, this.floats);
    const values = new Float64Array(this.shape.reduce((product, n) => product * n, 1));
    this.eachPlace((at, i) => (values[i] = floats[at]));
    return values;
  }

  private zeros(): number {
    this.share(1);
    return this.gradients[0];
  }

  private eachPlace(visit: (at: number, i: number) => void): void {
    const perGate = this.shape[0] / this.gates;
    const columns = this.shape.slice(1).reduce((product, n) => product * n, 1);
    for (let row = 0; row < this.shape[0]; row++) {
      const place = Math.floor(row / perGate) * padded(perGate) + (row % perGate);
      for (let c = 0; c < columns; c++) {
        visit(this.isVector ? place : place * this.ld + c, row * columns + c);
      }
    }
  }
}

/** A handle is what this backend made; the types of the contract hide what is in it. */
export const own = (sequence: Sequence): WasmSequence => sequence as WasmSequence;
export const ownWeight = (weight: Weight): WasmWeight => weight as WasmWeight;
