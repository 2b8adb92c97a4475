/** Feeds and models that score as rows come, read. */
import type { FeedChecks, ModelRole } from '../../../shared/domain/feed-state.ts';
import type { DecoderConfig, SourceConfig } from '../../../shared/domain/feed.ts';
import type { LearnOptions } from '../../../shared/domain/model.ts';
import type { Db } from './database.ts';
import type { FeedRecord, FeedTotals, MonitorRecord } from './live-records.ts';
import type { StoreReads } from './store-api.ts';
import { scoreTable } from './stream-record.ts';

type LiveReads = Pick<StoreReads, 'feed.list' | 'monitor.list' | 'monitor.state' | 'score.times'>;

const LIST_FEEDS = `
  SELECT feed.*, stream.name FROM feed
  JOIN stream ON stream.id = feed.stream_id AND stream.state = 'visible'
  ORDER BY feed.id`;

export const LIST_MONITORS = `
  SELECT model_id, model.stream_id, role, model.channels, options, scored_to, saved_to,
    card IS NOT NULL AS has_card
  FROM monitor
  JOIN model ON model.id = model_id
  JOIN stream ON stream.id = model.stream_id AND stream.state = 'visible'`;

export function liveReads(db: Db): LiveReads {
  return {
    'feed.list': () => (db.prepare(LIST_FEEDS).all() as FeedRow[]).map(toFeed),
    'monitor.list': () => {
      const rows = db.prepare(`${LIST_MONITORS} ORDER BY model_id`).all();
      return (rows as MonitorRow[]).map(toMonitor);
    },
    'monitor.state': (modelId) => {
      const state = db.prepare('SELECT state FROM monitor WHERE model_id = ?').pluck().get(modelId);
      return state ? new Uint8Array(state as Uint8Array) : null;
    },
    'score.times': (modelId, after, limit) => {
      const sql = `SELECT t FROM ${scoreTable(modelId)} WHERE t > ? ORDER BY t LIMIT ?`;
      return Float64Array.from(db.prepare(sql).pluck().all(after, limit) as number[]);
    },
  };
}

interface FeedRow {
  readonly id: number;
  readonly stream_id: number;
  readonly name: string;
  readonly source: string;
  readonly decoder: string;
  readonly checks: string;
  readonly is_paused: number;
  readonly totals: string;
  readonly positions: string;
  readonly learn: string;
}

function toFeed(row: FeedRow): FeedRecord {
  return {
    id: row.id,
    streamId: row.stream_id,
    name: row.name,
    source: JSON.parse(row.source) as SourceConfig,
    decoder: JSON.parse(row.decoder) as DecoderConfig | null,
    checks: JSON.parse(row.checks) as FeedChecks,
    isPaused: row.is_paused === 1,
    totals: JSON.parse(row.totals) as FeedTotals,
    positions: JSON.parse(row.positions) as Record<string, string>,
    learn: JSON.parse(row.learn) as LearnOptions | null,
  };
}

export interface MonitorRow {
  readonly model_id: number;
  readonly stream_id: number;
  readonly role: ModelRole;
  readonly channels: string;
  readonly options: string;
  readonly scored_to: number | null;
  readonly saved_to: number | null;
  readonly has_card: number;
}

export function toMonitor(row: MonitorRow): MonitorRecord {
  return {
    modelId: row.model_id,
    streamId: row.stream_id,
    role: row.role,
    channels: JSON.parse(row.channels) as string[],
    options: JSON.parse(row.options) as LearnOptions,
    scoredTo: row.scored_to,
    savedTo: row.saved_to,
    hasCard: row.has_card === 1,
  };
}
