/**
 * A wide table: one row per time (ms), one REAL column per channel, NULL where missing; beside it
 * its rollups. Streams and scores are both kept this way.
 */
import type { SampleBatch } from '../../../shared/domain/stream.ts';
import { batchOfPart, partsOf, type Part } from './column-parts.ts';
import type { Db } from './database.ts';
import { bucketStart, createRollups, dropRollups, rollupsOf, widenRollups } from './rollups.ts';
import { countKnown, countOverwritten, isAscending, splitAt } from './row-order.ts';

/** Values in one INSERT: fewer, larger statements step faster. What is left takes the next size. */
const INSERT_VALUES = [1024, 128] as const;

/** `replace`: the last row of a time stands. `merge`: its values do, what it misses stays. */
export type OnSameTime = 'replace' | 'merge';

export interface TableState {
  readonly columns: number;
  /** Width of the finest rollup bucket, ms. */
  readonly finestMs: number;
  /** Rows before were removed, their rollups were not. ms; -Infinity: none. */
  readonly rawFrom: number;
}

export interface Appended {
  /** Rows at times that were known. */
  readonly known: number;
  /** Those among them that changed a value: all of them when they replace. */
  readonly duplicates: number;
}

export interface ColumnTable {
  readonly name: string;
  readonly columns: number;
  /** Rows and rollups, in the caller's transaction. */
  append(batch: SampleBatch, onSameTime: OnSameTime): Appended;
}

export function createColumnTable(db: Db, name: string, columns: number): void {
  for (const part of partsOf(name, columns)) createPart(db, part.table, part.columns);
}

/** Makes room for columns up to `to`. An empty table is made anew, which is sooner done. */
export function widenColumnTable(db: Db, name: string, from: number, to: number): void {
  const isEmpty = db.prepare(`SELECT 1 FROM ${name} LIMIT 1`).get() === undefined;
  if (isEmpty) {
    dropColumnTable(db, name);
    return createColumnTable(db, name, to);
  }
  const before = new Map(partsOf(name, from).map((part) => [part.table, part.columns]));
  for (const { table, columns } of partsOf(name, to)) {
    const known = before.get(table);
    if (known === undefined) {
      createPart(db, table, columns);
      continue;
    }
    for (let k = known; k < columns; k++) db.exec(`ALTER TABLE ${table} ADD COLUMN c${k} REAL`);
    widenRollups(db, table, known, columns);
  }
}

export function dropColumnTable(db: Db, name: string): void {
  for (const table of [name, ...laterParts(db, name)]) {
    db.exec(`DROP TABLE IF EXISTS ${table}`);
    dropRollups(db, table);
  }
}

/** The parts that are there, whatever they should be. */
export function laterParts(db: Db, name: string): string[] {
  const like = db.prepare('SELECT name FROM sqlite_schema WHERE type = ? AND name GLOB ?').pluck();
  const found = like.all('table', `${name}_p[0-9]*`) as string[];
  return found.filter((table) => !table.endsWith('_rollup'));
}

export function columnTable(db: Db, name: string, state: TableState): ColumnTable {
  const parts = partsOf(name, state.columns).map((part) => ({
    part,
    table: partTable(db, part, state),
  }));
  return {
    name,
    columns: state.columns,
    append: (batch, onSameTime) => {
      const counts = parts.map(({ part, table }) =>
        table.append(batchOfPart(batch, part), onSameTime),
      );
      const duplicates = Math.max(...counts.map((count) => count.duplicates));
      return { known: counts[0].known, duplicates };
    },
  };
}

function createPart(db: Db, table: string, columns: number): void {
  const list = Array.from({ length: columns }, (_, k) => `, c${k} REAL`).join('');
  db.exec(`CREATE TABLE ${table} (t INTEGER PRIMARY KEY${list}) STRICT`);
  createRollups(db, table, columns);
}

interface PartTable {
  append(batch: SampleBatch, onSameTime: OnSameTime): Appended;
}

function partTable(db: Db, { table, columns }: Part, { finestMs, rawFrom }: TableState): PartTable {
  const rollups = rollupsOf(db, table, columns, finestMs);
  const inserts = {
    // What lies behind all others meets nobody.
    behind: inserter(db, table, columns, null),
    replace: inserter(db, table, columns, 'replace'),
    merge: inserter(db, table, columns, 'merge'),
  };
  // The bucket in which the removal ended is not whole any more.
  const wholeFrom = bucketStart(rawFrom, finestMs) + finestMs;
  const newest = db.prepare(`SELECT max(t) FROM ${table}`).pluck();
  const rowAt = db.prepare(`SELECT * FROM ${table} WHERE t = ?`).raw();
  const stored = (t: number): (number | null)[] | undefined =>
    rowAt.get(t) as (number | null)[] | undefined;

  /** Rows among the stored ones: what they replace must leave the rollups too. */
  const appendAmong = (batch: SampleBatch, onSameTime: OnSameTime): Appended => {
    const known = countKnown(batch.t, (t) => stored(t) !== undefined);
    const duplicates = onSameTime === 'replace' ? known : countOverwritten(batch, stored);
    inserts[onSameTime](batch);
    const { removed, kept } = splitByHistory(batch, wholeFrom);
    if (kept.t.length > 0) rollups.rebuild(kept.t);
    // Their neighbours are gone, so that a bucket cannot be computed anew.
    if (removed.t.length > 0) rollups.extend(removed, false);
    return { known, duplicates };
  };
  return {
    append: (batch, onSameTime) => {
      const last = (newest.get() as number | null) ?? -Infinity;
      if (!isAscending(batch.t)) return appendAmong(batch, onSameTime);
      const [among, behind] = splitAt(batch, last);
      const appended =
        among.t.length > 0 ? appendAmong(among, onSameTime) : { known: 0, duplicates: 0 };
      inserts.behind(behind);
      if (behind.t.length > 0) rollups.extend(behind, true);
      return appended;
    },
  };
}

/** Ascending rows before and from `wholeFrom` on. Rows in no order are taken as they are. */
function splitByHistory(
  batch: SampleBatch,
  wholeFrom: number,
): { removed: SampleBatch; kept: SampleBatch } {
  if (!isAscending(batch.t))
    return { removed: { t: new Float64Array(), columns: [] }, kept: batch };
  const [removed, kept] = splitAt(batch, wholeFrom - 1);
  return { removed, kept };
}

function inserter(
  db: Db,
  table: string,
  columns: number,
  onSameTime: OnSameTime | null,
): (batch: SampleBatch) => void {
  const insertOf = (rows: number): string => {
    const row = `(${Array(columns + 1)
      .fill('?')
      .join(',')})`;
    const set = Array.from({ length: columns }, (_, k) =>
      onSameTime === 'merge' ? `c${k} = coalesce(excluded.c${k}, c${k})` : `c${k} = excluded.c${k}`,
    ).join(', ');
    const onConflict = set === '' ? 'NOTHING' : `UPDATE SET ${set}`;
    const rowList = Array(rows).fill(row).join(',');
    const plain = `INSERT INTO ${table} VALUES ${rowList}`;
    return onSameTime === null ? plain : `${plain} ON CONFLICT(t) DO ${onConflict}`;
  };
  const sizes = INSERT_VALUES.map((values) => Math.floor(values / (columns + 1)));
  const steps = [...new Set([...sizes.filter((rows) => rows > 1), 1])].map((rows) => ({
    rows,
    insert: db.prepare(insertOf(rows)),
    values: new Array<number | null>(rows * (columns + 1)),
  }));
  return (batch) => {
    let row = 0;
    for (const { rows, insert, values } of steps) {
      for (; row + rows <= batch.t.length; row += rows) {
        bindRows(batch, row, rows, values);
        // Arguments bind faster than elements of an array do.
        insert.run(...values);
      }
    }
  };
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
