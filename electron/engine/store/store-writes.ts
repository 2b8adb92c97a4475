/** The writing half of the store, on the one connection that writes. */
import { Failure } from '../../../shared/contract/failure.ts';
import { scoreColumnNames } from '../../../shared/domain/score.ts';
import type { SampleBatch } from '../../../shared/domain/stream.ts';
import { createColumnTable } from './column-table.ts';
import type { Db } from './database.ts';
import { activityWrites } from './activity-writes.ts';
import { alertWrites } from './alert-writes.ts';
import { settingWrites } from './setting-tables.ts';
import { eventWriter } from './event-rows.ts';
import { feedWrites } from './feed-writes.ts';
import { monitorWrites } from './monitor-writes.ts';
import { retentionWrites } from './retention.ts';
import { FINEST_ROWS } from './rollups.ts';
import { shapeWrites } from './shape-rows.ts';
import type { CreateModel, StoreWrites } from './store-api.ts';
import {
  modelRecord,
  scoreTable,
  streamRecord,
  streamTable,
  toStreamInfo,
} from './stream-record.ts';
import { openTables, type Tables } from './tables.ts';

/** Of a stream, and of a model: drawing and learning more at once helps nobody. */
const CHANNELS_MAX = 4096;

export function createWrites(db: Db): StoreWrites {
  const tables = openTables(db);
  const purge = createPurge(db, tables);
  purgeLeftovers(db, purge);
  const streams = streamWrites(db, tables, purge);
  const jobs = jobWrites(db);
  return {
    ...streams,
    ...modelWrites(db, tables, purge),
    ...settingWrites(db),
    ...jobs.methods,
    ...feedWrites(db, tables, streams['stream.create']),
    ...monitorWrites(db, tables, jobs.createModel),
    ...shapeWrites(db),
    ...retentionWrites(db, tables),
    ...alertWrites(db),
    ...activityWrites(db),
  };
}

type Named<Prefix extends string> = Pick<
  StoreWrites,
  Extract<keyof StoreWrites, `${Prefix}.${string}`>
>;
type StreamWrites = Omit<Named<'stream'>, 'stream.retention' | 'stream.forget'>;
type ModelWrites = Omit<Named<'model' | 'score' | 'training'>, 'model.role'>;
type JobWrites = Named<'job' | 'choice'>;

function streamWrites(db: Db, tables: Tables, purge: Purge): StreamWrites {
  const count = db.prepare('UPDATE stream SET row_count = row_count + ? WHERE id = ?');
  const appendRows = db.transaction((id: number, batch: SampleBatch) => {
    const { known } = tables.stream(id).append(batch, 'replace');
    count.run(batch.t.length - known, id);
    return { duplicates: known };
  });
  const setState = (id: number, state: string, from: string): void => {
    const { changes } = db
      .prepare('UPDATE stream SET state = ? WHERE id = ? AND state = ?')
      .run(state, id, from);
    if (changes === 0) throw new Failure('not-found', `There is no ${from} stream ${id}.`);
  };
  return {
    'stream.create': db.transaction(({ name, channels, periodMs, hasTime }) => {
      refuseTooMany(channels.length);
      const bucketMs = Math.max(1, Math.round(periodMs * FINEST_ROWS));
      const insert = db.prepare(
        'INSERT INTO stream (name, channels, period_ms, bucket_ms, has_time) ' +
          'VALUES (?, ?, ?, ?, ?)',
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
    'stream.purge': (id) => purge.stream(id),
  };
}

function modelWrites(db: Db, tables: Tables, purge: Purge): ModelWrites {
  const writer = eventWriter(db);
  return {
    'score.append': db.transaction((id, batch) => {
      tables.scores(id).append(batch, 'replace');
    }),
    'model.publish': db.transaction((card, checkpoint, events) => {
      modelRecord(db, card.id);
      db.prepare('UPDATE model SET card = ?, checkpoint = ? WHERE id = ?').run(
        JSON.stringify(card),
        checkpoint,
        card.id,
      );
      for (const event of events) writer.putEvent(card.streamId, card.id, event, false);
      db.prepare('DELETE FROM job WHERE model_id = ?').run(card.id);
      db.prepare('DELETE FROM shape_watch WHERE model_id = ?').run(card.id);
    }),
    'training.put': (id, number, checkpoint) => {
      db.prepare(
        'INSERT OR REPLACE INTO training (model_id, number, checkpoint) VALUES (?, ?, ?)',
      ).run(id, number, checkpoint);
    },
    'model.purge': (id) => purge.model(id),
  };
}

function jobWrites(db: Db): { readonly methods: JobWrites; readonly createModel: CreateModel } {
  const createModel: CreateModel = (streamId, channels, { recogniser }) => {
    const activities = recogniser?.activities;
    const { bucket_ms: bucketMs } = streamRecord(db, streamId);
    refuseTooMany(channels.length);
    const insert = db.prepare(
      'INSERT INTO model (stream_id, bucket_ms, channels, activities) VALUES (?, ?, ?, ?)',
    );
    const told = activities ? JSON.stringify(activities) : null;
    const row = [streamId, bucketMs, JSON.stringify(channels), told];
    const id = Number(insert.run(...row).lastInsertRowid);
    createColumnTable(db, scoreTable(id), scoreColumnNames(channels, activities).length);
    return id;
  };
  const methods: JobWrites = {
    'job.create': db.transaction((streamId, channels, options) => {
      const modelId = createModel(streamId, channels, options);
      const insert = db.prepare('INSERT INTO job (stream_id, model_id, options) VALUES (?, ?, ?)');
      const { lastInsertRowid } = insert.run(streamId, modelId, JSON.stringify(options));
      return { jobId: Number(lastInsertRowid), streamId, modelId, options, isPaused: false };
    }),
    'job.save': (jobId, state) => {
      db.prepare('UPDATE job SET state = ? WHERE id = ?').run(state, jobId);
    },
    'job.pause': (jobId, isPaused) => {
      db.prepare('UPDATE job SET is_paused = ? WHERE id = ?').run(isPaused ? 1 : 0, jobId);
    },
    'choice.set': (key, choice) => {
      const text = JSON.stringify(choice);
      db.prepare('INSERT OR REPLACE INTO backend_choice (key, choice) VALUES (?, ?)').run(
        key,
        text,
      );
    },
  };
  return { methods, createModel };
}

/** Removes a stream with its models, or a model, for good. */
interface Purge {
  stream(id: number): void;
  model(id: number): void;
}

function createPurge(db: Db, tables: Tables): Purge {
  const model = db.transaction((id: number) => {
    tables.drop(scoreTable(id));
    db.prepare('DELETE FROM job WHERE model_id = ?').run(id);
    db.prepare('DELETE FROM model WHERE id = ?').run(id);
  });
  const stream = db.transaction((id: number) => {
    const models = db.prepare('SELECT id FROM model WHERE stream_id = ?').all(id);
    for (const one of models as { id: number }[]) model(one.id);
    tables.drop(streamTable(id));
    db.prepare('DELETE FROM stream WHERE id = ?').run(id);
  });
  return { stream, model };
}

function refuseTooMany(channels: number): void {
  if (channels <= CHANNELS_MAX) return;
  throw new Failure(
    'bad-input',
    `${channels} channels were chosen; at most ${CHANNELS_MAX} fit here. Choose fewer channels.`,
  );
}

/** What a crash left half made, and what the user removed, goes when the workspace opens. */
function purgeLeftovers(db: Db, purge: Purge): void {
  const ids = (sql: string): number[] =>
    (db.prepare(sql).all() as { id: number }[]).map(({ id }) => id);
  ids("SELECT id FROM stream WHERE state <> 'visible'").forEach(purge.stream);
  const unfinished = 'SELECT model_id FROM job UNION SELECT model_id FROM monitor';
  ids(`SELECT id FROM model WHERE card IS NULL AND id NOT IN (${unfinished})`).forEach(purge.model);
}
