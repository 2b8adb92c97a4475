/** The reading half of activities. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { ActivityClass } from '../../../shared/domain/activity.ts';
import type { RecogniserOptions } from '../../../shared/domain/recogniser.ts';
import type { ActivityReads, RecognisedStream } from './activity-store.ts';
import { cardOf, labelsOf, segmentOf, type SegmentRow } from './activity-rows.ts';
import type { Db } from './database.ts';

export function activityReads(db: Db): ActivityReads {
  const all = <T>(sql: string, ...values: unknown[]): T[] => db.prepare(sql).all(...values) as T[];
  const one = <T>(sql: string, ...values: unknown[]): T | undefined =>
    db.prepare(sql).get(...values) as T | undefined;
  const found = <T>(row: T | undefined, id: number): T => {
    if (row) return row;
    throw new Failure('not-found', `There is no recogniser ${id}; it may have been removed.`);
  };
  return {
    'label.list': (streamId) => labelsOf(db, streamId),
    'class.list': () => all<ActivityClass>('SELECT name, colour FROM activity_class ORDER BY name'),
    'recogniser.list': () => all<{ card: string }>(LIST).map(cardOf),
    'recogniser.get': (id) => cardOf(found(one<{ card: string }>(GET, id), id)),
    'recogniser.checkpoint': (id) =>
      new Uint8Array(found(one<{ checkpoint: Uint8Array }>(GET, id), id).checkpoint),
    'recogniser.unfinished': () =>
      all<{ id: number; options: string }>(UNFINISHED).map(({ id, options }) => {
        return { id, options: JSON.parse(options) as RecogniserOptions };
      }),
    'recogniser.active': (streamId) => {
      const row = one<{ card: string }>(ACTIVE, streamId);
      return row ? cardOf(row) : null;
    },
    'recogniser.atWork': () => all<RecognisedStream>(AT_WORK),
    'recogniser.state': (streamId) => {
      const row = one<{ state: Uint8Array | null }>(STATE, streamId);
      return row?.state ? new Uint8Array(row.state) : null;
    },
    'segment.list': (streamId, { from, to }) =>
      all<SegmentRow>(SEGMENTS, streamId, from, to).map(segmentOf),
  };
}

const LIST = 'SELECT card FROM recogniser WHERE card IS NOT NULL ORDER BY id';
const GET = 'SELECT card, checkpoint FROM recogniser WHERE id = ? AND card IS NOT NULL';
const UNFINISHED = 'SELECT id, options FROM recogniser WHERE card IS NULL ORDER BY id';
const ACTIVE =
  'SELECT card FROM recognised_stream JOIN recogniser ON recogniser.id = recogniser_id ' +
  'WHERE stream_id = ?';
const AT_WORK =
  'SELECT stream_id AS streamId, recogniser_id AS recogniserId, read_to AS readTo ' +
  "FROM recognised_stream JOIN stream ON stream.id = stream_id AND stream.state = 'visible' " +
  'ORDER BY stream_id';
const STATE = 'SELECT state FROM recognised_stream WHERE stream_id = ?';
const SEGMENTS =
  'SELECT segment.* FROM recognised_stream AS work JOIN segment ' +
  'ON segment.stream_id = work.stream_id AND segment.recogniser_id = work.recogniser_id ' +
  'WHERE work.stream_id = ? AND end_ms > ? AND start_ms <= ? ORDER BY start_ms';
