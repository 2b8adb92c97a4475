/** Reading wide tables: rows in time order, and decimated views that cost alike at any length. */
import type { ColumnView, SampleBatch, TimeRange } from '../../../shared/domain/stream.ts';
import type { Db } from './database.ts';
import { bucketStart, bucketWidth, LEVELS } from './rollups.ts';

/** A level this much coarser than asked is still taken, rather than many rows of a finer one. */
const COARSER_MAX = 4;

export interface TableShape {
  readonly table: string;
  readonly names: readonly string[];
  readonly periodMs: number;
  /** Width of the finest rollup bucket. */
  readonly finestMs: number;
}

export function readRows(
  db: Db,
  table: string,
  columns: number,
  after: number,
  limit: number,
): SampleBatch {
  const rows = db
    .prepare(`SELECT * FROM ${table} WHERE t > ? ORDER BY t LIMIT ?`)
    .raw()
    .all(Number.isFinite(after) ? after : -Number.MAX_SAFE_INTEGER, limit) as (number | null)[][];
  return toBatch(rows, columns);
}

function toBatch(rows: readonly (number | null)[][], columns: number): SampleBatch {
  const column = (index: number): Float64Array =>
    Float64Array.from(rows, (row) => row[index] ?? NaN);
  return { t: column(0), columns: Array.from({ length: columns }, (_, k) => column(k + 1)) };
}

export function readView(
  db: Db,
  shape: TableShape,
  range: TimeRange,
  pointsMax: number,
): ColumnView {
  const { table, names, periodMs, finestMs } = shape;
  const { from, to } = range;
  const raw = db
    .prepare(`SELECT * FROM ${table} WHERE t >= ? AND t <= ? ORDER BY t LIMIT ?`)
    .raw()
    .all(from, to, pointsMax + 1) as (number | null)[][];
  if (raw.length <= pointsMax) {
    const { t, columns } = toBatch(raw, names.length);
    return { names, t, min: columns, max: columns, mean: columns, raw: true, bucketMs: periodMs };
  }
  const wantedMs = (to - from + 1) / pointsMax;
  const level = coarsestLevel(finestMs, wantedMs * COARSER_MAX);
  const step = level === null ? 1 : bucketWidth(finestMs, level);
  const start = bucketStart(from, step);
  const steps = (bucketStart(to, step) - start) / step + 1;
  // Buckets keep their places as the range moves, so that one more than fits the range may show.
  const bucketMs = Math.ceil(steps / Math.max(1, pointsMax - 1)) * step;
  const origin = pointsMax > 1 ? bucketStart(start, bucketMs) : start;
  const source =
    level === null
      ? `${table} WHERE t >= ? AND t <= ?`
      : `${table}_rollup WHERE level = ${level} AND t > ? AND t <= ?`;
  // The bucket that holds `from` begins before it.
  const first = level === null ? from : from - step;
  const rows = db
    .prepare(
      `SELECT CAST(? AS INTEGER) + b * CAST(? AS INTEGER), ${aggregates(names.length, level)} ` +
        `FROM (SELECT *, (t - CAST(? AS INTEGER)) / CAST(? AS INTEGER) AS b FROM ${source}) ` +
        'GROUP BY b ORDER BY b',
    )
    .raw()
    .all(origin, bucketMs, origin, bucketMs, first, to) as (number | null)[][];
  return { names, ...toColumns(rows, names.length), raw: false, bucketMs };
}

/** The coarsest level not wider than this; null when even the finest is. */
function coarsestLevel(finestMs: number, widestMs: number): number | null {
  let found: number | null = null;
  for (let level = 0; level < LEVELS; level++) {
    if (bucketWidth(finestMs, level) <= widestMs) found = level;
  }
  return found;
}

function aggregates(columns: number, level: number | null): string {
  const parts = Array.from({ length: columns }, (_, k) =>
    level === null
      ? `min(c${k}), max(c${k}), avg(c${k})`
      : `min(lo${k}), max(hi${k}), sum(sum${k}) / sum(n${k})`,
  );
  return parts.join(', ');
}

function toColumns(
  rows: readonly (number | null)[][],
  columns: number,
): Pick<ColumnView, 't' | 'min' | 'max' | 'mean'> {
  const column = (index: number): Float64Array =>
    Float64Array.from(rows, (row) => row[index] ?? NaN);
  const part = (offset: number): Float64Array[] =>
    Array.from({ length: columns }, (_, k) => column(1 + 3 * k + offset));
  return { t: column(0), min: part(0), max: part(1), mean: part(2) };
}
