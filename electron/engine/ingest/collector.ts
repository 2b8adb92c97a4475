/**
 * Rows on their way to the store: parts of rows with the same time become one row, whatever names
 * each part had. Grows as it is filled and is emptied at once.
 */
import type { SampleBatch } from '../../../shared/domain/stream.ts';

const ROWS_AT_FIRST = 256;

export interface Collected {
  /** Ascending, each time once. */
  readonly batch: SampleBatch;
  /** Names of the columns; those of the feed so far, in the order they came. */
  readonly names: readonly string[];
  /** Values that replaced one in the same batch. */
  readonly overwritten: number;
}

export class Collector {
  private readonly columnOf = new Map<string, number>();
  private readonly layouts = new WeakMap<readonly string[], Int32Array>();
  private names: string[] = [];
  private t = new Float64Array(ROWS_AT_FIRST);
  private columns: Float64Array<ArrayBuffer>[] = [];
  private rowCount = 0;
  private newest = -Infinity;
  private isAscending = true;
  private overwritten = 0;
  /** Row by time, once rows came out of order. */
  private rowOf: Map<number, number> | null = null;

  get rows(): number {
    return this.rowCount;
  }

  get width(): number {
    return this.names.length;
  }

  /** True when there is a row of this time with one of these values already. */
  isTaken(t: number, names: readonly string[], values: ArrayLike<number>): boolean {
    const row = this.find(t);
    if (row < 0) return false;
    const layout = this.layout(names);
    for (let i = 0; i < names.length; i++) {
      if (Number.isFinite(values[i]) && !Number.isNaN(this.columns[layout[i]][row])) return true;
    }
    return false;
  }

  /** t: whole ms. What is not finite is missing. */
  add(t: number, names: readonly string[], values: ArrayLike<number>): void {
    const layout = this.layout(names);
    const found = this.find(t);
    const row = found < 0 ? this.append(t) : found;
    for (let i = 0; i < layout.length; i++) {
      const value = values[i];
      if (!(value - value === 0)) continue;
      const column = this.columns[layout[i]];
      if (found >= 0 && !Number.isNaN(column[row])) this.overwritten++;
      column[row] = value;
    }
  }

  /** All rows so far; the collector begins anew, knowing the names. */
  take(): Collected {
    const { rowCount: rows, names, overwritten } = this;
    const order = this.isAscending ? null : ascending(this.t.subarray(0, rows));
    const pick = (from: Float64Array): Float64Array =>
      order ? Float64Array.from(order, (row) => from[row]) : from.slice(0, rows);
    const batch = { t: pick(this.t), columns: this.columns.map(pick) };
    for (const column of this.columns) column.fill(NaN, 0, rows);
    this.rowCount = 0;
    this.newest = -Infinity;
    this.isAscending = true;
    this.overwritten = 0;
    this.rowOf = null;
    return { batch, names: [...names], overwritten };
  }

  private layout(names: readonly string[]): Int32Array {
    const known = this.layouts.get(names);
    if (known) return known;
    const layout = Int32Array.from(names, (name) => this.columnOf.get(name) ?? this.widen(name));
    this.layouts.set(names, layout);
    return layout;
  }

  private widen(name: string): number {
    const column = this.names.length;
    this.names = [...this.names, name];
    this.columnOf.set(name, column);
    this.columns.push(new Float64Array(this.t.length).fill(NaN));
    return column;
  }

  /** The row of a time, -1 when there is none. */
  private find(t: number): number {
    if (t > this.newest) return -1;
    if (t === this.newest && !this.rowOf) return this.rowCount - 1;
    this.rowOf ??= new Map(Array.from(this.t.subarray(0, this.rowCount), (time, i) => [time, i]));
    return this.rowOf.get(t) ?? -1;
  }

  private append(t: number): number {
    if (this.rowCount === this.t.length) this.grow();
    const row = this.rowCount++;
    this.t[row] = t;
    if (t > this.newest) this.newest = t;
    else this.isAscending = false;
    this.rowOf?.set(t, row);
    return row;
  }

  private grow(): void {
    const length = 2 * this.t.length;
    const grown = (from: Float64Array): Float64Array<ArrayBuffer> => {
      const to = new Float64Array(length).fill(NaN);
      to.set(from);
      return to;
    };
    this.t = grown(this.t);
    this.columns = this.columns.map(grown);
  }
}

function ascending(t: Float64Array): Uint32Array {
  return Uint32Array.from(t, (_, i) => i).sort((a, b) => t[a] - t[b]);
}
