/** Feeds and what they bring: rows, what was set aside, problems and positions, in one piece. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { SourceConfig } from '../../../shared/domain/feed.ts';
import { DEFAULT_CHECKS, type NewFeed } from '../../../shared/domain/feed-state.ts';
import type { Channel, SampleBatch } from '../../../shared/domain/stream.ts';
import type { Db } from './database.ts';
import { eventWriter, type EventWriter } from './event-rows.ts';
import {
  feedSecretName,
  NO_TOTALS,
  type FeedCommit,
  type FeedReceipt,
  type FeedTotals,
  type ProblemReport,
} from './live-records.ts';
import type { SealedSecret, StoreWrites } from './store-api.ts';
import { channelsOf, streamRecord } from './stream-record.ts';
import type { Tables } from './tables.ts';

/** Set aside of one stream; older ones go, their number stays in the feed's totals. */
const QUARANTINE_ROWS_MAX = 10_000;
/** While a stream is this short, its rollups are made anew when its usual step is known better. */
const REFIT_ROWS_MAX = 5000;
const REFIT_FACTOR = 4;
/** Rollup buckets hold about as many rows. */
const FINEST_ROWS = 64;

type FeedWrites = Pick<
  StoreWrites,
  Extract<keyof StoreWrites, `feed.${string}`> | 'problem.put' | 'event.triage' | 'triage.carry'
>;

export function feedWrites(
  db: Db,
  tables: Tables,
  createStream: StoreWrites['stream.create'],
): FeedWrites {
  const events = eventWriter(db);
  const commit = db.transaction((feedId: number, feed: FeedCommit): FeedReceipt => {
    const { stream_id: streamId, totals } = feedRow(db, feedId);
    fitPeriod(db, tables, streamId, feed.periodMs);
    const { widened, batch } = placeColumns(db, tables, streamId, feed);
    const { known, duplicates } =
      batch.t.length > 0
        ? tables.stream(streamId).append(batch, 'merge')
        : { known: 0, duplicates: 0 };
    db.prepare('UPDATE stream SET row_count = row_count + ? WHERE id = ?').run(
      batch.t.length - known,
      streamId,
    );
    setAside(db, streamId, feed);
    db.prepare('UPDATE feed SET totals = ?, positions = json_patch(positions, ?) WHERE id = ?').run(
      JSON.stringify(
        sum(JSON.parse(totals) as FeedTotals, {
          ...feed.totals,
          duplicates: feed.totals.duplicates + duplicates,
        }),
      ),
      JSON.stringify(feed.positions),
      feedId,
    );
    return { duplicates, widened, problems: putProblems(events, streamId, feed) };
  });
  return {
    'feed.create': db.transaction((order, secret) => {
      const created = createFeed(db, order, createStream);
      if (secret) putSecret(db, created.feedId, secret);
      return created;
    }),
    'feed.seal': (id, source, secret) => seal(db, id, source, secret),
    'feed.change': db.transaction((id, change) => {
      feedRow(db, id);
      const set = (column: string, value: string | number): void =>
        void db.prepare(`UPDATE feed SET ${column} = ? WHERE id = ?`).run(value, id);
      if (change.isPaused !== undefined) set('is_paused', change.isPaused ? 1 : 0);
      if (change.decoder !== undefined) set('decoder', JSON.stringify(change.decoder));
      if (change.learn !== undefined) set('learn', JSON.stringify(change.learn));
      if (change.checks !== undefined) set('checks', JSON.stringify(change.checks));
    }),
    'feed.remove': db.transaction((id) => {
      feedRow(db, id);
      db.prepare('DELETE FROM feed WHERE id = ?').run(id);
      db.prepare('DELETE FROM secret WHERE name = ?').run(feedSecretName(id));
    }),
    'feed.commit': (id, feed) => {
      try {
        return commit(id, feed);
      } catch (error) {
        tables.forget();
        throw error;
      }
    },
    'problem.put': db.transaction((streamId: number, reports: readonly ProblemReport[]) =>
      reports.map((report) => events.putProblem(streamId, report)),
    ),
    'triage.carry': (from, to) => events.carryTriage(from, to),
    'event.triage': (id, change, now) => events.triage(id, change, now),
  };
}

interface FeedRow {
  readonly stream_id: number;
  readonly totals: string;
}

function feedRow(db: Db, id: number): FeedRow {
  const row = db.prepare('SELECT stream_id, totals FROM feed WHERE id = ?').get(id);
  if (!row) throw new Failure('not-found', `There is no feed ${id}; it may have been removed.`);
  return row as FeedRow;
}

function createFeed(
  db: Db,
  order: NewFeed,
  createStream: StoreWrites['stream.create'],
): { feedId: number; streamId: number } {
  const { name, source, decoder, checks = DEFAULT_CHECKS, learn = null } = order;
  let { streamId } = order;
  if (streamId === undefined) {
    // Its channels and its step come with the first rows.
    streamId = createStream({ name, channels: [], periodMs: 1000, hasTime: true });
    db.prepare("UPDATE stream SET state = 'visible' WHERE id = ?").run(streamId);
  } else {
    streamRecord(db, streamId);
    const taken = db.prepare('SELECT 1 FROM feed WHERE stream_id = ?').get(streamId);
    if (taken) {
      throw new Failure(
        'conflict',
        `Stream ${streamId} has a feed already; remove that one first.`,
      );
    }
  }
  const texts = [source, decoder, checks, NO_TOTALS, learn].map((part) => JSON.stringify(part));
  const { lastInsertRowid } = db
    .prepare(
      'INSERT INTO feed (stream_id, source, decoder, checks, totals, learn) ' +
        'VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(streamId, ...texts);
  return { feedId: Number(lastInsertRowid), streamId };
}

function putSecret(db: Db, feedId: number, { sealed, vault }: SealedSecret): void {
  const put = db.prepare('INSERT OR REPLACE INTO secret (name, sealed, vault) VALUES (?, ?, ?)');
  put.run(feedSecretName(feedId), sealed, vault);
}

/** What was overwritten is wiped, in the file and in what waits to be written into it. */
function seal(db: Db, feedId: number, source: SourceConfig, secret: SealedSecret): void {
  db.pragma('secure_delete = ON');
  db.transaction(() => {
    feedRow(db, feedId);
    db.prepare('UPDATE feed SET source = ? WHERE id = ?').run(JSON.stringify(source), feedId);
    putSecret(db, feedId, secret);
  })();
  db.pragma('secure_delete = OFF');
  db.pragma('wal_checkpoint(TRUNCATE)');
}

/** The usual step sets the width of the buckets: while little is stored it may still change. */
function fitPeriod(db: Db, tables: Tables, streamId: number, periodMs: number | null): void {
  if (periodMs === null) return;
  const { row_count: rows, bucket_ms: bucketMs, period_ms: before } = streamRecord(db, streamId);
  if (periodMs !== before) {
    db.prepare('UPDATE stream SET period_ms = ? WHERE id = ?').run(periodMs, streamId);
  }
  const wanted = Math.max(1, Math.round(periodMs * FINEST_ROWS));
  const ratio = Math.max(wanted / bucketMs, bucketMs / wanted);
  if (rows > REFIT_ROWS_MAX || ratio < (rows === 0 ? 1.001 : REFIT_FACTOR)) return;
  db.prepare('UPDATE stream SET bucket_ms = ? WHERE id = ?').run(wanted, streamId);
  tables.refit(streamId);
}

/** Every column of the stream, those of the commit in their places, new ones at the end. */
function placeColumns(
  db: Db,
  tables: Tables,
  streamId: number,
  { channels, batch }: FeedCommit,
): { widened: boolean; batch: SampleBatch } {
  const known = channelsOf(streamRecord(db, streamId));
  const places = new Map(known.map(({ name }, k) => [name, k]));
  const all: Channel[] = [...known];
  for (const channel of channels) {
    if (places.has(channel.name)) continue;
    places.set(channel.name, all.length);
    all.push(channel);
  }
  const widened = all.length > known.length;
  if (widened) tables.widenStream(streamId, all);
  const missing = new Float64Array(batch.t.length).fill(NaN);
  const columns: Float64Array[] = all.map(() => missing);
  channels.forEach(({ name }, k) => (columns[places.get(name)!] = batch.columns[k]));
  return { widened, batch: { t: batch.t, columns } };
}

function setAside(db: Db, streamId: number, { quarantine }: FeedCommit): void {
  if (quarantine.length === 0) return;
  const insert = db.prepare(
    'INSERT INTO quarantine (stream_id, line, text, reason) VALUES (?, ?, ?, ?)',
  );
  for (const { line, text, reason } of quarantine) insert.run(streamId, line, text, reason);
  db.prepare(
    'DELETE FROM quarantine WHERE stream_id = ? AND id <= (SELECT id FROM quarantine ' +
      'WHERE stream_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?)',
  ).run(streamId, streamId, QUARANTINE_ROWS_MAX);
}

function putProblems(
  events: EventWriter,
  streamId: number,
  { problems }: FeedCommit,
): FeedReceipt['problems'] {
  return problems.map((report) => events.putProblem(streamId, report));
}

function sum(a: FeedTotals, b: FeedTotals): FeedTotals {
  const keys = Object.keys(NO_TOTALS) as (keyof FeedTotals)[];
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as unknown as FeedTotals;
}
