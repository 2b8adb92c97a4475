/** What a running feed needs of the world around it, and what it tells. */
import type { Decoder } from '../../../shared/decode/decoder.ts';
import type {
  DecoderConfig,
  FeedCounters,
  LearnedFormat,
  SourceConfig,
  SourceStatus,
} from '../../../shared/domain/feed.ts';
import type { Source, SourceHost, SourcePiece, SourceRows } from '../sources/source.ts';
import type { FeedCommit, FeedReceipt, FeedRecord, ProblemReport } from '../store/live-records.ts';

/** What a former run left. */
export interface FeedLeft {
  /** Newest stored row, ms. */
  readonly storedTo: number | null;
  /** Usual step, ms; null: not known. */
  readonly periodMs: number | null;
  readonly problems: readonly ProblemReport[];
}

export interface FeedOrderToRun {
  readonly record: FeedRecord;
  readonly left: FeedLeft;
}

/** How it goes; told at most every TELL_MS, and when the status changes. */
export interface FeedNews {
  readonly status: SourceStatus;
  readonly detail: string;
  readonly counters: FeedCounters;
  readonly late: number;
  readonly duplicates: number;
  readonly storedTo: number | null;
  readonly decoder: DecoderConfig | null;
}

export interface FeedPlace {
  createSource(config: SourceConfig, host: SourceHost): Source;
  createDecoder(config: DecoderConfig, subject: string): Decoder;
  /** How to read pieces that begin like these; null: cannot be told yet. */
  propose(pieces: readonly SourcePiece[]): LearnedFormat | null;
  /** Throws Failure; `storage` for what may pass: a full disk, a locked file. */
  commit(commit: FeedCommit): Promise<FeedReceipt>;
  /** Keeps a decoder that was learnt. */
  keepDecoder(config: DecoderConfig): Promise<void>;
  stored(stream: string): AsyncIterable<SourceRows>;
  tell(news: FeedNews): void;
  /** ms; by this machine's clock. */
  now(): number;
}

/** Every bound and time of a running feed. */
export interface FeedLimits {
  /** Rows wait for company at most so long. */
  readonly batchMs: number;
  /** Rows and values in a batch; a full one is stored before more is read. */
  readonly batchRows: number;
  readonly batchValues: number;
  readonly tellMs: number;
  /** Waits before storing again: doubled from the first to the longest. */
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  /** What the format is learnt from. */
  readonly learnBytes: number;
  readonly learnMs: number;
}

export const FEED_LIMITS: FeedLimits = {
  batchMs: 100,
  batchRows: 16_384,
  batchValues: 500_000,
  tellMs: 250,
  retryFirstMs: 250,
  retryMaxMs: 10_000,
  learnBytes: 64 * 1024,
  learnMs: 2000,
};
