/**
 * Rollups: minimum, maximum, sum and count per column and time bucket, on four levels, so that any
 * range draws from a few thousand buckets whatever its length. They change in the transaction that
 * changes the rows.
 */
import type { SampleBatch } from '../../../shared/domain/stream.ts';
import type { Db } from './database.ts';

/** Rows per bucket of the finest level, and buckets per bucket of the next. */
export const FINEST_ROWS = 64;
const FACTOR = 16;
export const LEVELS = 4;
/** Per column: low, high, sum, count. */
const PARTS = 4;
/** A SQLite table holds 2000 columns, and a rollup needs two for itself. */
export const COLUMNS_PER_PART = Math.floor((2000 - 2) / PARTS);

export interface Rollups {
  /** After ascending rows that are all new; `behind`: they lie behind the stored ones. */
  extend(batch: SampleBatch, behind: boolean): void;
  /** After rows at any times: the buckets they touch are computed anew. */
  rebuild(t: Float64Array): void;
}

export function bucketWidth(finestMs: number, level: number): number {
  return finestMs * FACTOR ** level;
}

export function createRollups(db: Db, table: string, columns: number): void {
  const list = Array.from({ length: columns }, (_, k) => `${columnsOf(k).join(', ')}, `);
  db.exec(
    `CREATE TABLE ${table}_rollup (level INTEGER NOT NULL, t INTEGER NOT NULL, ` +
      `${list.join('')}PRIMARY KEY (level, t)) STRICT, WITHOUT ROWID`,
  );
}

/** Makes room for columns up to `to`; older buckets have nothing in them. */
export function widenRollups(db: Db, table: string, from: number, to: number): void {
  for (let k = from; k < to; k++) {
    for (const column of columnsOf(k)) db.exec(`ALTER TABLE ${table}_rollup ADD COLUMN ${column}`);
  }
}

function columnsOf(k: number): string[] {
  return [`lo${k} REAL`, `hi${k} REAL`, `sum${k} REAL`, `n${k} INTEGER NOT NULL DEFAULT 0`];
}

export function dropRollups(db: Db, table: string): void {
  db.exec(`DROP TABLE IF EXISTS ${table}_rollup`);
}

/** One bucket: its start and PARTS numbers per column. */
interface Bucket {
  readonly t: number;
  readonly parts: Float64Array;
}

export function rollupsOf(db: Db, table: string, columns: number, finestMs: number): Rollups {
  const marks = Array(columns * PARTS + 2)
    .fill('?')
    .join(',');
  const put = db.prepare(`INSERT OR REPLACE INTO ${table}_rollup VALUES (${marks})`);
  const get = db.prepare(`SELECT * FROM ${table}_rollup WHERE level = ? AND t = ?`).raw();
  const rows = `${table} WHERE t >= ? AND t < ?`;
  const fromRows = columns > 0 ? db.prepare(aggregate(columns, 'c', rows)).raw() : null;
  const below = `${table}_rollup WHERE level = ? AND t >= ? AND t < ?`;
  const fromBelow = columns > 0 ? db.prepare(aggregate(columns, 'rollup', below)).raw() : null;

  const write = (level: number, { t, parts }: Bucket): void => {
    put.run(level, t, ...Array.from(parts, (part) => (part === part ? part : null)));
  };
  return {
    extend: (batch, behind) => {
      if (columns === 0) return;
      let buckets = bucketsOfRows(batch, finestMs);
      for (let level = 0; level < LEVELS; level++) {
        if (level > 0) buckets = merge(buckets, bucketWidth(finestMs, level));
        buckets.forEach((bucket, i) => {
          // Behind all stored rows only the first bucket can have rows from before.
          const shared = i === 0 || !behind;
          const stored = shared ? (get.get(level, bucket.t) as number[] | undefined) : undefined;
          write(level, stored ? addStored(bucket, stored) : bucket);
        });
      }
    },
    rebuild: (times) => {
      if (!fromRows || !fromBelow) return;
      for (let level = 0; level < LEVELS; level++) {
        const width = bucketWidth(finestMs, level);
        for (const t of new Set(Array.from(times, (time) => bucketStart(time, width)))) {
          const row = (
            level === 0 ? fromRows.get(t, t + width) : fromBelow.get(level - 1, t, t + width)
          ) as (number | null)[];
          // A bucket stays even where all its values have become missing.
          write(level, { t, parts: Float64Array.from(row, (value) => value ?? NaN) });
        }
      }
    },
  };
}

export function bucketStart(t: number, width: number): number {
  return Math.floor(t / width) * width;
}

/** SQL for low, high, sum and count of every column over rows or over finer buckets. */
function aggregate(columns: number, source: 'c' | 'rollup', from: string): string {
  const parts = Array.from({ length: columns }, (_, k) =>
    source === 'c'
      ? `min(c${k}), max(c${k}), sum(c${k}), count(c${k})`
      : `min(lo${k}), max(hi${k}), sum(sum${k}), coalesce(sum(n${k}), 0)`,
  );
  return `SELECT ${parts.join(', ')} FROM ${from}`;
}

function emptyBucket(t: number, columns: number): Bucket {
  const parts = new Float64Array(columns * PARTS).fill(NaN);
  for (let i = PARTS - 1; i < parts.length; i += PARTS) parts[i] = 0;
  return { t, parts };
}

function bucketsOfRows({ t, columns }: SampleBatch, width: number): Bucket[] {
  const buckets: Bucket[] = [];
  let bucket: Bucket | undefined;
  for (let row = 0; row < t.length; row++) {
    if (!bucket || t[row] >= bucket.t + width) {
      bucket = emptyBucket(bucketStart(t[row], width), columns.length);
      buckets.push(bucket);
    }
    for (let k = 0; k < columns.length; k++) {
      const value = columns[k][row];
      if (value === value) addTo(bucket.parts, k * PARTS, value, value, value, 1);
    }
  }
  return buckets;
}

/** Finer buckets in time order become wider ones. */
function merge(finer: readonly Bucket[], width: number): Bucket[] {
  const buckets: Bucket[] = [];
  let bucket: Bucket | undefined;
  for (const { t, parts } of finer) {
    if (!bucket || t >= bucket.t + width) {
      bucket = emptyBucket(bucketStart(t, width), parts.length / PARTS);
      buckets.push(bucket);
    }
    addParts(bucket.parts, parts);
  }
  return buckets;
}

/** A new bucket: wider levels must not meet the stored rows again. The row is level, t, parts. */
function addStored({ t, parts }: Bucket, stored: readonly (number | null)[]): Bucket {
  const sum = Float64Array.from(stored.slice(2), (value) => value ?? NaN);
  addParts(sum, parts);
  return { t, parts: sum };
}

function addParts(into: Float64Array, parts: Float64Array): void {
  for (let i = 0; i < into.length; i += PARTS) {
    if (parts[i + 3] > 0) addTo(into, i, parts[i], parts[i + 1], parts[i + 2], parts[i + 3]);
  }
}

function addTo(
  parts: Float64Array,
  at: number,
  low: number,
  high: number,
  sum: number,
  count: number,
): void {
  if (parts[at + 3] === 0) {
    parts[at] = low;
    parts[at + 1] = high;
    parts[at + 2] = sum;
    parts[at + 3] = count;
    return;
  }
  if (low < parts[at]) parts[at] = low;
  if (high > parts[at + 1]) parts[at + 1] = high;
  parts[at + 2] += sum;
  parts[at + 3] += count;
}
