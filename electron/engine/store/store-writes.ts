/** The writing half of the store, on the one connection that writes. */
import { Failure } from '../../../shared/contract/failure.ts';
import { scoreColumnNames } from '../../../shared/domain/score.ts';
import {
  columnTable,
  createColumnTable,
  dropColumnTable,
  type ColumnTable,
} from './column-table.ts';
import type { Db } from './database.ts';
import { FINEST_ROWS, rollupsOf } from './rollups.ts';
import type { StoreWrites } from './store-api.ts';
import {
  channelsOf,
  modelRecord,
  scoreShape,
  scoreTable,
  streamRecord,
  streamTable,
  toStreamInfo,
} from './stream-record.ts';

export function createWrites(db: Db): StoreWrites {
  const tables = new Map<string, ColumnTable>();
  const open = (name: string, columns: number, finestMs: number): ColumnTable => {
    const known = tables.get(name);
    if (known) return known;
    const table = columnTable(db, name, columns, rollupsOf(db, name, columns, finestMs));
    tables.set(name, table);
    return table;
  };
  const streamOf = (id: number): ColumnTable => {
    const known = tables.get(streamTable(id));
    if (known) return known;
    const record = streamRecord(db, id);
    return open(streamTable(id), channelsOf(record).length, record.bucket_ms);
  };
  const scoresOf = (id: number): ColumnTable => {
    const known = tables.get(scoreTable(id));
    if (known) return known;
    const { names, finestMs } = scoreShape(db, modelRecord(db, id));
    return open(scoreTable(id), names.length, finestMs);
  };
  const setState = (id: number, state: string, from: string): void => {
    const { changes } = db
      .prepare('UPDATE stream SET state = ? WHERE id = ? AND state = ?')
      .run(state, id, from);
    if (changes === 0) throw new Failure('not-found', `There is no ${from} stream ${id}.`);
  };
  const purgeModel = db.transaction((id: number) => {
    tables.delete(scoreTable(id));
    dropColumnTable(db, scoreTable(id));
    db.prepare('DELETE FROM model WHERE id = ?').run(id);
  });
  const purgeStream = db.transaction((id: number) => {
    const models = db.prepare('SELECT id FROM model WHERE stream_id = ?').all(id);
    for (const model of models as { id: number }[]) purgeModel(model.id);
    tables.delete(streamTable(id));
    dropColumnTable(db, streamTable(id));
    db.prepare('DELETE FROM stream WHERE id = ?').run(id);
  });
  purgeLeftovers(db, purgeStream, purgeModel);

  const count = db.prepare('UPDATE stream SET row_count = row_count + ? WHERE id = ?');
  const appendRows = db.transaction((id: number, batch: Parameters<ColumnTable['append']>[0]) => {
    const duplicates = streamOf(id).append(batch);
    count.run(batch.t.length - duplicates, id);
    return { duplicates };
  });
  return {
    'stream.create': db.transaction(({ name, channels, periodMs, hasTime }) => {
      const bucketMs = Math.max(1, Math.round(periodMs * FINEST_ROWS));
      const insert = db.prepare(
        'INSERT INTO stream (name, channels, period_ms, bucket_ms, has_time) VALUES (?, ?, ?, ?, ?)',
      );
      const row = [name, JSON.stringify(channels), periodMs, bucketMs, hasTime ? 1 : 0];
      const id = Number(insert.run(...row).lastInsertRowid);
      createColumnTable(db, streamTable(id), channels.length);
      return id;
    }),
    'stream.append': (id, batch) => appendRows(id, batch),
    'stream.quarantine': db.transaction((id, rows) => {
      const insert = db.prepare(
        'INSERT INTO quarantine (stream_id, line, text, reason) VALUES (?, ?, ?, ?)',
      );
      for (const { line, text, reason } of rows) insert.run(id, line, text, reason);
    }),
    'stream.publish': (id, { periodMs, duplicates, backward, gaps }) => {
      db.prepare(
        'UPDATE stream SET period_ms = ?, duplicates = ?, backward = ?, gaps = ? WHERE id = ?',
      ).run(periodMs, duplicates, backward, gaps, id);
      setState(id, 'visible', 'building');
      return toStreamInfo(db, streamRecord(db, id));
    },
    'stream.rename': (id, name) => {
      const { changes } = db.prepare('UPDATE stream SET name = ? WHERE id = ?').run(name, id);
      if (changes === 0) throw new Failure('not-found', `There is no stream ${id}.`);
    },
    'stream.remove': (id) => setState(id, 'hidden', 'visible'),
    'stream.restore': (id) => setState(id, 'visible', 'hidden'),
    'stream.purge': (id) => purgeStream(id),

    'model.create': db.transaction((streamId, channels) => {
      const { bucket_ms: bucketMs } = streamRecord(db, streamId);
      const insert = db.prepare(
        'INSERT INTO model (stream_id, bucket_ms, channels) VALUES (?, ?, ?)',
      );
      const row = [streamId, bucketMs, JSON.stringify(channels)];
      const id = Number(insert.run(...row).lastInsertRowid);
      createColumnTable(db, scoreTable(id), scoreColumnNames(channels).length);
      return id;
    }),
    'score.append': (id, batch) => void scoresOf(id).append(batch),
    'model.publish': db.transaction((card, checkpoint, events) => {
      modelRecord(db, card.id);
      db.prepare('UPDATE model SET card = ?, checkpoint = ? WHERE id = ?').run(
        JSON.stringify(card),
        checkpoint,
        card.id,
      );
      const insert = db.prepare('INSERT INTO event (model_id, start_ms, body) VALUES (?, ?, ?)');
      for (const event of events) insert.run(card.id, event.start, JSON.stringify(event));
    }),
    'model.purge': (id) => purgeModel(id),
  };
}

/** What a crash left half made, and what the user removed, goes when the workspace opens. */
function purgeLeftovers(
  db: Db,
  purgeStream: (id: number) => void,
  purgeModel: (id: number) => void,
): void {
  const ids = (sql: string): number[] =>
    (db.prepare(sql).all() as { id: number }[]).map(({ id }) => id);
  ids("SELECT id FROM stream WHERE state <> 'visible'").forEach(purgeStream);
  ids('SELECT id FROM model WHERE card IS NULL').forEach(purgeModel);
}
