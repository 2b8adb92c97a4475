/** The wide tables of a workspace with their prepared statements, opened when first written. */
import type { Channel } from '../../../shared/domain/stream.ts';
import {
  columnTable,
  dropColumnTable,
  laterParts,
  widenColumnTable,
  type ColumnTable,
  type TableState,
} from './column-table.ts';
import type { Db } from './database.ts';
import { rollupsOf } from './rollups.ts';
import { partsOf } from './column-parts.ts';
import {
  channelsOf,
  modelRecord,
  rawFromOf,
  scoreNamesOf,
  scoreTable,
  streamRecord,
  streamTable,
} from './stream-record.ts';

export interface Tables {
  stream(id: number): ColumnTable;
  scores(modelId: number): ColumnTable;
  /** `channels`: those it has, and new ones behind. */
  widenStream(id: number, channels: readonly Channel[]): void;
  /** Makes the rollups of a stream anew, after the width of its buckets changed. */
  refit(id: number): void;
  /** Drops a table from the database and from here. */
  drop(name: string): void;
  /** What is remembered of tables may not be so: a transaction was taken back, or rows went. */
  forget(): void;
}

export function openTables(db: Db): Tables {
  const known = new Map<string, ColumnTable>();
  const table = (name: string, state: () => TableState): ColumnTable => {
    const found = known.get(name) ?? columnTable(db, name, state());
    known.set(name, found);
    return found;
  };
  const streamState = (id: number): TableState => {
    const record = streamRecord(db, id);
    const { bucket_ms: finestMs } = record;
    return { columns: channelsOf(record).length, finestMs, rawFrom: rawFromOf(record) };
  };
  return {
    stream: (id) => table(streamTable(id), () => streamState(id)),
    scores: (modelId) =>
      table(scoreTable(modelId), () => {
        const model = modelRecord(db, modelId);
        const columns = scoreNamesOf(model).length;
        const rawFrom = rawFromOf(streamRecord(db, model.stream_id));
        return { columns, finestMs: model.bucket_ms, rawFrom };
      }),
    widenStream: (id, channels) => {
      const { columns } = streamState(id);
      known.delete(streamTable(id));
      widenColumnTable(db, streamTable(id), columns, channels.length);
      const text = JSON.stringify(channels);
      db.prepare('UPDATE stream SET channels = ? WHERE id = ?').run(text, id);
    },
    refit: (id) => {
      known.delete(streamTable(id));
      const { columns, finestMs } = streamState(id);
      for (const part of partsOf(streamTable(id), columns)) {
        db.exec(`DELETE FROM ${part.table}_rollup`);
        const times = db.prepare(`SELECT t FROM ${part.table}`).pluck().all() as number[];
        rollupsOf(db, part.table, part.columns, finestMs).rebuild(Float64Array.from(times));
      }
    },
    drop: (name) => {
      known.delete(name);
      dropColumnTable(db, name);
    },
    forget: () => known.clear(),
  };
}

/** Every table that holds rows of it, the first part first. */
export function tablesOf(db: Db, name: string): string[] {
  return [name, ...laterParts(db, name)];
}
