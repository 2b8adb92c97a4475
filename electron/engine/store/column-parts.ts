/**
 * SQLite's tables hold 2000 columns, and a rollup needs four for each of ours. A table with more is
 * kept in parts: `name`, `name_p1`, `name_p2`, … Part p holds the columns from p · 499 on as c0,
 * c1, …; the first part holds every time, a later one only times at which it has a value.
 */
import type { SampleBatch } from '../../../shared/domain/stream.ts';
import { COLUMNS_PER_PART } from './rollups.ts';

export interface Part {
  readonly table: string;
  /** Index of its first column in the whole. */
  readonly from: number;
  readonly columns: number;
}

/** At least one part, also for a table without columns yet. */
export function partsOf(name: string, columns: number): readonly Part[] {
  const count = Math.max(1, Math.ceil(columns / COLUMNS_PER_PART));
  return Array.from({ length: count }, (_, p) => {
    const from = p * COLUMNS_PER_PART;
    return {
      table: p === 0 ? name : `${name}_p${p}`,
      from,
      columns: Math.min(COLUMNS_PER_PART, columns - from),
    };
  });
}

/** What of a batch goes into a part; rows without a value there stay out of all but the first. */
export function batchOfPart({ t, columns }: SampleBatch, part: Part): SampleBatch {
  const own = columns.slice(part.from, part.from + part.columns);
  if (part.from === 0) return { t, columns: own };
  const rows: number[] = [];
  for (let row = 0; row < t.length; row++) {
    if (own.some((column) => column[row] === column[row])) rows.push(row);
  }
  if (rows.length === t.length) return { t, columns: own };
  const pick = (from: Float64Array): Float64Array => Float64Array.from(rows, (row) => from[row]);
  return { t: pick(t), columns: own.map(pick) };
}

/** Raw rows [t, …values] of a part, at the times of the first part; NaN where it has none. */
export function alignRows(
  times: Float64Array,
  rows: readonly (number | null)[][],
  values: number,
): Float64Array[] {
  const columns = Array.from({ length: values }, () => new Float64Array(times.length).fill(NaN));
  let at = 0;
  for (const row of rows) {
    while (at < times.length && times[at] < row[0]!) at++;
    if (at === times.length) break;
    if (times[at] !== row[0]) continue;
    for (let k = 0; k < values; k++) columns[k][at] = row[k + 1] ?? NaN;
  }
  return columns;
}
