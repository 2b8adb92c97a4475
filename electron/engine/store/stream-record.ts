/** The stream and model tables: rows of bookkeeping as the domain's nouns. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { ModelRole } from '../../../shared/domain/feed-state.ts';
import type { ModelCard } from '../../../shared/domain/model.ts';
import { scoreColumnNames } from '../../../shared/domain/score.ts';
import type { Channel, StreamInfo } from '../../../shared/domain/stream.ts';
import type { Db } from './database.ts';
import type { TableShape } from './views.ts';

export interface StreamRecord {
  readonly id: number;
  readonly name: string;
  readonly channels: string;
  readonly period_ms: number;
  readonly bucket_ms: number;
  readonly has_time: number;
  readonly duplicates: number;
  readonly backward: number;
  readonly gaps: number;
  readonly row_count: number;
  readonly state: 'building' | 'visible' | 'hidden';
  readonly raw_from: number | null;
  readonly keep_raw_days: number | null;
  readonly keep_rollup_days: number | null;
}

export interface ModelRecord {
  readonly id: number;
  readonly stream_id: number;
  readonly bucket_ms: number;
  readonly channels: string;
  /** Names of what it tells apart; null: there is one normal. */
  readonly activities: string | null;
  readonly card: string | null;
  readonly role: ModelRole;
}

export const streamTable = (id: number): string => `stream_${id}`;
export const scoreTable = (id: number): string => `score_${id}`;

/** Rows before were removed, their rollups were not; -Infinity: none were. */
export function rawFromOf({ raw_from: rawFrom }: StreamRecord): number {
  return rawFrom ?? -Infinity;
}

/** Failure not-found when there is no such stream. */
export function streamRecord(db: Db, id: number): StreamRecord {
  const record = db.prepare('SELECT * FROM stream WHERE id = ?').get(id);
  if (!record)
    throw new Failure('not-found', `There is no stream ${id}; it may have been removed.`);
  return record as StreamRecord;
}

export function modelRecord(db: Db, id: number): ModelRecord {
  const record = db
    .prepare(
      'SELECT id, stream_id, bucket_ms, channels, activities, card, role FROM model WHERE id = ?',
    )
    .get(id);
  if (!record) throw new Failure('not-found', `There is no model ${id}; it may have been removed.`);
  return record as ModelRecord;
}

/** The id of the model in use of a stream, `@streamId`. */
export const ACTIVE_MODEL =
  'SELECT id FROM model WHERE stream_id = @streamId ' +
  "AND card IS NOT NULL AND role = 'active' ORDER BY id DESC LIMIT 1";

export function channelsOf(record: StreamRecord): readonly Channel[] {
  return JSON.parse(record.channels) as Channel[];
}

export function toStreamInfo(db: Db, record: StreamRecord): StreamInfo {
  const table = streamTable(record.id);
  // Apart, each is a step in the tree; in one SELECT they would read every row.
  const { first, last } = db
    .prepare(`SELECT (SELECT min(t) FROM ${table}) AS first, (SELECT max(t) FROM ${table}) AS last`)
    .get() as {
    first: number | null;
    last: number | null;
  };
  const { quarantined } = db
    .prepare('SELECT count(*) AS quarantined FROM quarantine WHERE stream_id = ?')
    .get(record.id) as { quarantined: number };
  return {
    id: record.id,
    name: record.name,
    channels: channelsOf(record),
    rows: record.row_count,
    range: first === null || last === null ? null : { from: first, to: last },
    periodMs: record.period_ms,
    hasTime: record.has_time === 1,
    quarantined,
    duplicates: record.duplicates,
    backward: record.backward,
    gaps: record.gaps,
  };
}

export function streamShape(record: StreamRecord): TableShape {
  return {
    table: streamTable(record.id),
    names: channelsOf(record).map(({ name }) => name),
    periodMs: record.period_ms,
    finestMs: record.bucket_ms,
    rawFrom: rawFromOf(record),
  };
}

export function scoreShape(db: Db, record: ModelRecord): TableShape {
  const stream = streamRecord(db, record.stream_id);
  return {
    table: scoreTable(record.id),
    names: scoreNamesOf(record),
    periodMs: stream.period_ms,
    finestMs: record.bucket_ms,
    rawFrom: rawFromOf(stream),
  };
}

/** Of the columns of its scores. */
export function scoreNamesOf({ channels, activities }: ModelRecord): string[] {
  const names = (text: string): string[] => JSON.parse(text) as string[];
  return scoreColumnNames(names(channels), activities === null ? undefined : names(activities));
}

export function cardOf(record: ModelRecord): ModelCard | null {
  return record.card === null ? null : (JSON.parse(record.card) as ModelCard);
}
