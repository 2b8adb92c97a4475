/** What the kernels of one backend share: memory, threads, and weights packed into panels. */
import type { Arena } from './arena.ts';
import type { Lanes } from './lanes.ts';
import type { KernelName, WasmExports } from './module.ts';
import type { WasmSequence, WasmWeight } from './tensors.ts';

/** Panels made of a weight; made again when it has changed. */
export interface Panels {
  readonly address: number;
  /** Call before use. */
  refresh(): void;
}

export class Workshop {
  readonly arena: Arena;
  readonly lanes: Lanes;
  readonly exports: WasmExports;
  private readonly panels = new Map<WasmWeight, { byColumns?: Panels; byRows?: Panels }>();

  constructor(arena: Arena, lanes: Lanes, exports: WasmExports) {
    this.arena = arena;
    this.lanes = lanes;
    this.exports = exports;
  }

  /** Runs a kernel on every shard of a sequence. */
  each(of: WasmSequence, kernel: KernelName, args: (shard: number) => readonly number[]): void {
    this.lanes.each(of.shards.length, kernel, args);
  }

  /** Room of so many floats for every shard of a sequence. */
  room(of: WasmSequence, floats: (shard: number) => number): readonly number[] {
    return of.shards.map((_, s) => this.arena.floats(floats(s)));
  }

  /** For x Wᵀ: [columns, rows] of the weight in panels. */
  byColumns(weight: WasmWeight, columns: number): Panels {
    const made = this.made(weight);
    made.byColumns ??= this.panelsOf(weight, columns * weight.rows, (address) => {
      this.exports.packColumns(columns, weight.rows, weight.value, weight.ld, address);
    });
    return made.byColumns;
  }

  /** For dy W: [rows, columns] of the weight in panels. */
  byRows(weight: WasmWeight): Panels {
    const made = this.made(weight);
    made.byRows ??= this.panelsOf(weight, weight.floats, (address) => {
      this.exports.packRows(weight.rows, weight.ld, weight.value, weight.ld, address);
    });
    return made.byRows;
  }

  /** Something of this size made of a weight by `make`. */
  panelsOf(weight: WasmWeight, floats: number, make: (address: number) => void): Panels {
    const address = this.arena.floats(floats);
    let version = -1;
    return {
      address,
      refresh: () => {
        if (version === weight.version) return;
        // Nobody may still read what was packed before.
        this.lanes.settle();
        make(address);
        version = weight.version;
      },
    };
  }

  /** Makes a gradient that stands for zeros hold them. */
  ready(sequence: WasmSequence): void {
    if (!sequence.isClear) return;
    sequence.isClear = false;
    this.each(sequence, 'fillZero', (s) => [sequence.floats(s), sequence.gradient[s]]);
  }

  private made(weight: WasmWeight): { byColumns?: Panels; byRows?: Panels } {
    const made = this.panels.get(weight) ?? {};
    this.panels.set(weight, made);
    return made;
  }
}
