/** The reading half of the store, on a connection of its own: drawing never waits for an import. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { BackendChoice, LearnOptions } from '../../../shared/domain/model.ts';
import type { Db } from './database.ts';
import { activityReads } from './activity-reads.ts';
import { alertReads } from './alert-reads.ts';
import { settingReads } from './setting-tables.ts';
import { listEvents, listOpenProblems, listProblems } from './event-rows.ts';
import { liveReads } from './live-reads.ts';
import { shapeReads } from './shape-rows.ts';
import type { LearnRecord, StoreReads } from './store-api.ts';
import {
  ACTIVE_MODEL,
  cardOf,
  channelsOf,
  modelRecord,
  scoreShape,
  scoreTable,
  streamRecord,
  streamShape,
  streamTable,
  toStreamInfo,
  type ModelRecord,
  type StreamRecord,
} from './stream-record.ts';
import { trainingReads } from './training-reads.ts';
import { readRows, readView } from './views.ts';

export function createReads(db: Db): StoreReads {
  const visible = (id: number): StreamRecord => {
    const record = streamRecord(db, id);
    if (record.state === 'visible') return record;
    throw new Failure('not-found', `There is no stream ${id}; it may have been removed.`);
  };
  return {
    ...settingReads(db),
    'event.unsettled': () => unsettled(db),
    ...alertReads(db),
    ...activityReads(db),
    ...trainingReads(db),
    'stream.list': () => {
      const records = db.prepare("SELECT * FROM stream WHERE state = 'visible' ORDER BY id").all();
      return (records as StreamRecord[]).map((record) => toStreamInfo(db, record));
    },
    'stream.get': (id) => toStreamInfo(db, visible(id)),
    'stream.rows': (id, after, limit) => {
      const columns = channelsOf(visible(id)).length;
      return readRows(db, streamTable(id), columns, after, limit);
    },
    'stream.view': (id, range, points) => readView(db, streamShape(visible(id)), range, points),
    'quarantine.list': (id, offset, limit) =>
      db
        .prepare(
          'SELECT line, text, reason FROM quarantine WHERE stream_id = ? ' +
            'ORDER BY id LIMIT ? OFFSET ?',
        )
        .all(id, limit, offset) as ReturnType<StoreReads['quarantine.list']>,
    'model.active': (streamId) => {
      const record = db
        .prepare(
          'SELECT id, stream_id, bucket_ms, channels, activities, card, role FROM model ' +
            `WHERE id = (${ACTIVE_MODEL})`,
        )
        .get({ streamId }) as ModelRecord | undefined;
      return record ? cardOf(record) : null;
    },
    'job.list': () => (db.prepare(LIST_JOBS).all() as JobRow[]).map(toLearnRecord),
    'job.state': (id) => {
      const row = db.prepare('SELECT state FROM job WHERE id = ?').get(id);
      const { state } = (row ?? {}) as { state?: Uint8Array | null };
      return state ? new Uint8Array(state) : null;
    },
    'choice.get': (key) => {
      const row = db.prepare('SELECT choice FROM backend_choice WHERE key = ?').get(key);
      return row ? (JSON.parse((row as { choice: string }).choice) as BackendChoice) : null;
    },
    'model.checkpoint': (id) => {
      const row = db.prepare('SELECT checkpoint FROM model WHERE id = ?').get(id);
      const { checkpoint } = (row ?? {}) as { checkpoint?: Uint8Array | null };
      if (!checkpoint) throw new Failure('not-found', `There is no model ${id}.`);
      return new Uint8Array(checkpoint);
    },
    'score.rows': (id, after, limit) => {
      const { names } = scoreShape(db, modelRecord(db, id));
      return readRows(db, scoreTable(id), names.length, after, limit);
    },
    'score.view': (id, range, points) =>
      readView(db, scoreShape(db, modelRecord(db, id)), range, points),
    'event.list': (id) => listEvents(db, id),
    'problem.list': (id, range) => listProblems(db, visible(id).id, range),
    'problem.open': (id) => listOpenProblems(db, id),
    ...liveReads(db),
    ...shapeReads(db),
  };
}

function unsettled(db: Db): ReturnType<StoreReads['event.unsettled']> {
  const { count, rank } = db.prepare(UNSETTLED).get() as { count: number; rank: number | null };
  return { count, worst: rank === null ? null : (['low', 'medium', 'high'] as const)[rank] };
}

/** Of models in use, in streams that are there. */
const UNSETTLED = `
  SELECT count(*) AS count,
    max(CASE event.body ->> '$.severity' WHEN 'high' THEN 2 WHEN 'medium' THEN 1 ELSE 0 END) AS rank
  FROM event
    JOIN model ON model.id = event.model_id AND model.role = 'active' AND model.card IS NOT NULL
    JOIN stream ON stream.id = event.stream_id AND stream.state = 'visible'
  WHERE event.kind = 'anomaly' AND acknowledged_ms IS NULL AND verdict IS NULL`;

/** Runs of streams that are there. */
const LIST_JOBS = `
  SELECT job.id, job.stream_id, job.model_id, job.options, job.is_paused
  FROM job JOIN stream ON stream.id = job.stream_id AND stream.state = 'visible'
  ORDER BY job.id`;

interface JobRow {
  readonly id: number;
  readonly stream_id: number;
  readonly model_id: number;
  readonly options: string;
  readonly is_paused: number;
}

function toLearnRecord(row: JobRow): LearnRecord {
  return {
    jobId: row.id,
    streamId: row.stream_id,
    modelId: row.model_id,
    options: JSON.parse(row.options) as LearnOptions,
    isPaused: row.is_paused === 1,
  };
}
