/**
 * A wide table: one row per time (ms), one REAL column per channel, NULL where missing; beside it
 * its rollups. Streams and scores are both kept this way.
 */
import type { SampleBatch } from '../../../shared/domain/stream.ts';
import type { Db } from './database.ts';
import { createRollups, dropRollups, type Rollups } from './rollups.ts';

/** Rows in one INSERT: fewer, larger statements bind and step faster. */
const ROWS_PER_INSERT = 64;

export interface ColumnTable {
  readonly name: string;
  readonly columns: number;
  /** Rows and rollups in one transaction; answers how many rows replaced an older one. */
  append(batch: SampleBatch): number;
}

export function createColumnTable(db: Db, name: string, columns: number): void {
  const list = Array.from({ length: columns }, (_, k) => `c${k} REAL`).join(', ');
  db.exec(`CREATE TABLE ${name} (t INTEGER PRIMARY KEY, ${list}) STRICT`);
  createRollups(db, name, columns);
}

export function dropColumnTable(db: Db, name: string): void {
  db.exec(`DROP TABLE IF EXISTS ${name}`);
  dropRollups(db, name);
}

/** bucketMs: width of the finest rollup. */
export function columnTable(db: Db, name: string, columns: number, rollups: Rollups): ColumnTable {
  const insertOf = (rows: number): string => {
    const row = `(${Array(columns + 1)
      .fill('?')
      .join(',')})`;
    const set = Array.from({ length: columns }, (_, k) => `c${k} = excluded.c${k}`).join(', ');
    return (
      `INSERT INTO ${name} VALUES ${Array(rows).fill(row).join(',')} ` +
      `ON CONFLICT(t) DO UPDATE SET ${set}`
    );
  };
  const insertMany = db.prepare(insertOf(ROWS_PER_INSERT));
  const insertOne = db.prepare(insertOf(1));
  const newest = db.prepare(`SELECT max(t) AS t FROM ${name}`);
  const has = db.prepare(`SELECT 1 FROM ${name} WHERE t = ?`);

  const append = db.transaction((batch: SampleBatch): number => {
    const { t } = batch;
    const last = (newest.get() as { t: number | null }).t ?? -Infinity;
    const ordered = isAscending(t, last);
    const duplicates = ordered ? 0 : countKnown(t, (time) => has.get(time) !== undefined);
    let row = 0;
    const values = new Array<number | null>(ROWS_PER_INSERT * (columns + 1));
    for (; row + ROWS_PER_INSERT <= t.length; row += ROWS_PER_INSERT) {
      bindRows(batch, row, ROWS_PER_INSERT, values);
      insertMany.run(values);
    }
    values.length = columns + 1;
    for (; row < t.length; row++) {
      bindRows(batch, row, 1, values);
      insertOne.run(values);
    }
    if (ordered) rollups.extend(batch);
    else rollups.rebuild(t);
    return duplicates;
  });
  return { name, columns, append };
}

function bindRows(
  { t, columns }: SampleBatch,
  from: number,
  rows: number,
  values: (number | null)[],
): void {
  let at = 0;
  for (let row = from; row < from + rows; row++) {
    values[at++] = t[row];
    for (let k = 0; k < columns.length; k++) {
      const value = columns[k][row];
      values[at++] = value === value ? value : null;
    }
  }
}

function isAscending(t: Float64Array, after: number): boolean {
  let last = after;
  for (let i = 0; i < t.length; i++) {
    if (!(t[i] > last)) return false;
    last = t[i];
  }
  return true;
}

/** Times already stored, or seen before in the same batch. */
function countKnown(t: Float64Array, stored: (time: number) => boolean): number {
  const seen = new Set<number>();
  let known = 0;
  for (const time of t) {
    if (seen.has(time) || stored(time)) known++;
    seen.add(time);
  }
  return known;
}
