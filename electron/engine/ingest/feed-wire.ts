/** What crosses between the thread that runs the feeds and the engine. */
import type { FailureCode } from '../../../shared/contract/failure.ts';
import type { FeedPreview } from '../../../shared/domain/feed-state.ts';
import type { DecoderConfig, SourceConfig } from '../../../shared/domain/feed.ts';
import type { SampleBatch } from '../../../shared/domain/stream.ts';
import type { FeedCommit, FeedReceipt } from '../store/live-records.ts';
import type { FeedNews, FeedOrderToRun } from './feed-place.ts';

/** Served by the engine, called by the thread. */
export interface FeedWire {
  commit: (feedId: number, commit: FeedCommit) => FeedReceipt;
  keepDecoder: (feedId: number, config: DecoderConfig) => void;
  tell: (feedId: number, news: FeedNews) => void;
  ended: (feedId: number, failure: { code: FailureCode; message: string } | null) => void;
  /** Rows of a stored stream after a time; null: there is none of that name or number. */
  rows: (stream: string, after: number) => StoredRows | null;
}

export interface StoredRows {
  readonly names: readonly string[];
  readonly batch: SampleBatch;
}

/** Served by the thread, called by the engine. */
export interface FeedOrders {
  open: (order: FeedOrderToRun) => void;
  /** Resolves when the feed has stored what it held. */
  close: (feedId: number) => void;
  preview: (source: SourceConfig, decoder: DecoderConfig | null, ms: number) => FeedPreview;
}
