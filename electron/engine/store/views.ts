/** Reading wide tables: rows in time order, and decimated views that cost alike at any length. */
import type { ColumnView, SampleBatch, TimeRange } from '../../../shared/domain/stream.ts';
import type { Statement } from 'better-sqlite3';
import type { Db } from './database.ts';
import { alignRows, partsOf, type Part } from './column-parts.ts';
import { bucketStart, bucketWidth, LEVELS } from './rollups.ts';

/** A level this much coarser than asked is still taken, rather than many rows of a finer one. */
const COARSER_MAX = 4;

export interface TableShape {
  readonly table: string;
  readonly names: readonly string[];
  readonly periodMs: number;
  /** Width of the finest rollup bucket. */
  readonly finestMs: number;
  /** Rows before were removed, ms; -Infinity: none. */
  readonly rawFrom: number;
}

export function readRows(
  db: Db,
  table: string,
  columns: number,
  after: number,
  limit: number,
): SampleBatch {
  const from = Number.isFinite(after) ? after : -Number.MAX_SAFE_INTEGER;
  const [first, ...others] = partsOf(table, columns);
  const firstSql = `${selectAll(first)} WHERE t > ? ORDER BY t LIMIT ?`;
  const rows = rowReader(db, firstSql).all(from, limit) as Row[];
  const batch = toBatch(rows, first.columns);
  const last = batch.t.at(-1) ?? from;
  const more = others.flatMap((part) => {
    const sql = `${selectAll(part)} WHERE t > ? AND t <= ? ORDER BY t`;
    const found = last === from ? [] : (rowReader(db, sql).all(from, last) as Row[]);
    return alignRows(batch.t, found, part.columns);
  });
  return { t: batch.t, columns: [...batch.columns, ...more] };
}

/** By name, so that a table that has got more columns is another statement. */
function selectAll({ table, columns }: Part): string {
  const names = Array.from({ length: columns }, (_, k) => `, c${k}`);
  return `SELECT t${names.join('')} FROM ${table}`;
}

/** Live streams ask the same again and again, and a wide statement takes milliseconds to parse. */
const READERS_MAX = 64;
const readers = new WeakMap<Db, Map<string, Statement>>();

/** The statement of this SQL, prepared once; the ones that were asked for last are kept. */
function rowReader(db: Db, sql: string): Statement {
  const kept = readers.get(db) ?? new Map<string, Statement>();
  readers.set(db, kept);
  const found = kept.get(sql) ?? db.prepare(sql).raw();
  kept.delete(sql);
  kept.set(sql, found);
  if (kept.size > READERS_MAX) kept.delete(kept.keys().next().value!);
  return found;
}

type Row = (number | null)[];

function all(db: Db, sql: string, ...values: readonly number[]): Row[] {
  return db
    .prepare(sql)
    .raw()
    .all(...values) as Row[];
}

function toBatch(rows: readonly Row[], columns: number): SampleBatch {
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
  const { table, names, periodMs } = shape;
  const { from, to } = range;
  // Where rows were removed only the rollups remember.
  if (from >= shape.rawFrom && !hasMore(db, table, range, pointsMax)) {
    const batch = readRows(db, table, names.length, from - 1, pointsMax);
    const inside = batch.t.findLastIndex((t) => t <= to) + 1;
    const t = batch.t.slice(0, inside);
    const columns = batch.columns.map((column) => column.slice(0, inside));
    return { names, t, min: columns, max: columns, mean: columns, raw: true, bucketMs: periodMs };
  }
  const grid = gridOf(shape, range, pointsMax);
  const [first, ...others] = partsOf(table, names.length);
  const rows = readBuckets(db, first, grid, range);
  const t = Float64Array.from(rows, (row) => row[0]!);
  const columns = [
    ...alignRows(t, rows, 3 * first.columns),
    ...others.flatMap((part) => alignRows(t, readBuckets(db, part, grid, range), 3 * part.columns)),
  ];
  const part = (offset: number): Float64Array[] => names.map((_, k) => columns[3 * k + offset]);
  const bucketMs = grid.bucketMs;
  return { names, t, min: part(0), max: part(1), mean: part(2), raw: false, bucketMs };
}

/** Whether more rows than these lie in a range; none is read for it. */
function hasMore(db: Db, table: string, { from, to }: TimeRange, rows: number): boolean {
  const sql = `SELECT t FROM ${table} WHERE t >= ? ORDER BY t LIMIT 1 OFFSET ?`;
  const next = db.prepare(sql).pluck().get(from, rows) as number | undefined;
  return next !== undefined && next <= to;
}

/** Which buckets a view is made of, and of what. */
interface Grid {
  /** null: of rows. */
  readonly level: number | null;
  readonly bucketMs: number;
  readonly origin: number;
  /** Width of what the buckets are made of, ms. */
  readonly step: number;
}

function gridOf(shape: TableShape, { from, to }: TimeRange, pointsMax: number): Grid {
  const { finestMs, rawFrom } = shape;
  const wantedMs = (to - from + 1) / pointsMax;
  const coarsest = coarsestLevel(finestMs, wantedMs * COARSER_MAX);
  const level = coarsest ?? (from < rawFrom ? 0 : null);
  const step = level === null ? 1 : bucketWidth(finestMs, level);
  const start = bucketStart(from, step);
  const steps = (bucketStart(to, step) - start) / step + 1;
  // Buckets keep their places as the range moves, so that one more than fits the range may show.
  const bucketMs = Math.ceil(steps / Math.max(1, pointsMax - 1)) * step;
  const origin = pointsMax > 1 ? bucketStart(start, bucketMs) : start;
  return { level, bucketMs, origin, step };
}

/** Rows of bucket time, then minimum, maximum and mean of every column. */
function readBuckets(db: Db, part: Part, grid: Grid, { from, to }: TimeRange): Row[] {
  const { table, columns } = part;
  const { level, bucketMs, origin, step } = grid;
  if (columns === 0) return [];
  const source =
    level === null
      ? `${table} WHERE t >= ? AND t <= ?`
      : `${table}_rollup WHERE level = ${level} AND t > ? AND t <= ?`;
  const sql =
    `SELECT CAST(? AS INTEGER) + b * CAST(? AS INTEGER), ${aggregates(columns, level)} ` +
    `FROM (SELECT *, (t - CAST(? AS INTEGER)) / CAST(? AS INTEGER) AS b FROM ${source}) ` +
    'GROUP BY b ORDER BY b';
  // The bucket that holds `from` begins before it.
  const first = level === null ? from : from - step;
  return all(db, sql, origin, bucketMs, origin, bucketMs, first, to);
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
