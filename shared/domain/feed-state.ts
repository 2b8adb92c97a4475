/** A feed as it is kept and shown: where it comes from, how it is read and watched, how it goes. */
import type {
  DecoderConfig,
  FeedCounters,
  FormatPreview,
  SourceConfig,
  SourceStatus,
} from './feed.ts';
import type { LearnOptions } from './model.ts';

export interface ChannelLimits {
  readonly channel: string;
  /** null: no limit on that side. */
  readonly low: number | null;
  readonly high: number | null;
}

/** When the data themselves are trouble. */
export interface FeedChecks {
  /** Silence that is told, ms; null: thirty usual steps, at least ten seconds. 0: never. */
  readonly staleMs: number | null;
  /** Equal values in a row on a channel that used to move. 0: never told. */
  readonly flatRows: number;
  readonly limits: readonly ChannelLimits[];
}

export const DEFAULT_CHECKS: FeedChecks = { staleMs: null, flatRows: 600, limits: [] };

export interface NewFeed {
  /** Of the stream that it fills. */
  readonly name: string;
  readonly source: SourceConfig;
  /** null: the source brings numbers, or the format is learnt from the first seconds. */
  readonly decoder: DecoderConfig | null;
  readonly checks?: FeedChecks;
  /** Fills this stream on, instead of a new one. */
  readonly streamId?: number;
  /** A model that learns and scores as rows come; none when absent. */
  readonly learn?: LearnOptions;
}

export interface FeedState {
  readonly id: number;
  readonly streamId: number;
  /** The stream's. */
  readonly name: string;
  /** Passwords and tokens are left out. */
  readonly source: SourceConfig;
  readonly decoder: DecoderConfig | null;
  readonly checks: FeedChecks;
  readonly status: SourceStatus;
  /** Why, in words of the system or the source; empty where there is nothing to say. */
  readonly detail: string;
  /** Put away by its user; stays so when the engine is restarted. */
  readonly isPaused: boolean;
  readonly counters: FeedCounters;
  /** Late and duplicate rows since the feed was made. */
  readonly late: number;
  readonly duplicates: number;
  /** Time of the newest stored row, ms; null before the first. */
  readonly storedTo: number | null;
}

/** The first rows of a source under a decoder, before anything is kept. */
export interface FeedPreview extends FormatPreview {
  /** null: the source brings numbers, or nothing could be made of its bytes. */
  readonly decoder: DecoderConfig | null;
  /** Day and month of its dates cannot be told apart; the day was taken to come first. */
  readonly ambiguousDates: boolean;
  /** First bytes as text, shortened; empty where the source brings numbers. */
  readonly text: string;
}

/** How long a stream keeps what it has; its own word goes before the settings'. */
export interface Retention {
  /** Rows and scores; null: as the settings say for streams with a feed. 0: for ever. */
  readonly rawDays: number | null;
  /** Their rollups, which draw the past; null: for ever. */
  readonly rollupDays: number | null;
}

export type ModelRole = 'active' | 'shadow' | 'off';

/** A model that scores a stream as rows come. */
export interface MonitorState {
  readonly modelId: number;
  readonly streamId: number;
  /** A shadow scores and keeps events, but nobody is alarmed. */
  readonly role: ModelRole;
  /** Learns its first weights, scores, or could not go on. */
  readonly phase: 'learning' | 'scoring' | 'failed';
  /** Time of the newest scored row, ms. */
  readonly scoredTo: number | null;
  readonly detail: string;
}
