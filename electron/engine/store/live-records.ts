/** What the store keeps of feeds and of models that score as rows come. */
import type { Moved } from '../../../shared/detect/drift.ts';
import type { ShapeFound } from '../../../shared/detect/shape-watch.ts';
import type { DataProblem } from '../../../shared/domain/data-problem.ts';
import type { AnomalyEvent } from '../../../shared/domain/event.ts';
import type { FeedChecks, ModelRole } from '../../../shared/domain/feed-state.ts';
import type { DecoderConfig, SourceConfig } from '../../../shared/domain/feed.ts';
import type { KeptEvent, KeptProblem } from '../../../shared/domain/kept-event.ts';
import type { LearnOptions, ModelCard } from '../../../shared/domain/model.ts';
import type { Channel, QuarantinedRow, SampleBatch } from '../../../shared/domain/stream.ts';

/** Counted since the feed was made. */
export interface FeedTotals {
  readonly bytes: number;
  readonly rows: number;
  readonly bad: number;
  readonly dropped: number;
  readonly reconnects: number;
  readonly late: number;
  readonly duplicates: number;
}

export const NO_TOTALS: FeedTotals = {
  ...{ bytes: 0, rows: 0, bad: 0, dropped: 0, reconnects: 0, late: 0, duplicates: 0 },
};

/** Under this name the secrets have the password or token of its source. */
export const feedSecretName = (feedId: number): string => `feed.${feedId}`;

export interface FeedRecord {
  readonly id: number;
  readonly streamId: number;
  readonly name: string;
  readonly source: SourceConfig;
  readonly decoder: DecoderConfig | null;
  readonly checks: FeedChecks;
  readonly isPaused: boolean;
  readonly totals: FeedTotals;
  /** Where to go on, by origin. */
  readonly positions: Readonly<Record<string, string>>;
  /** What is to be learnt once enough rows are there; null: nothing, or it was begun. */
  readonly learn: LearnOptions | null;
}

export interface FeedChange {
  readonly isPaused?: boolean;
  readonly decoder?: DecoderConfig;
  readonly checks?: FeedChecks;
  readonly learn?: null;
}

/** A problem as it is found; the same kind, channel and start is the same problem. */
export interface ProblemReport extends DataProblem {
  readonly isOpen: boolean;
}

export interface FeedCommit {
  /** Of the columns; those the stream does not have yet are added to it. */
  readonly channels: readonly Channel[];
  /** Ascending, each time once. What a row misses stays as it is stored. */
  readonly batch: SampleBatch;
  readonly quarantine: readonly QuarantinedRow[];
  readonly problems: readonly ProblemReport[];
  /** Added to the totals, with the duplicates that the store finds. */
  readonly totals: FeedTotals;
  readonly positions: Readonly<Record<string, string>>;
  /** Usual step between rows, ms; null: not known yet. */
  readonly periodMs: number | null;
}

export interface FeedReceipt {
  readonly duplicates: number;
  /** The stream has more channels than before. */
  readonly widened: boolean;
  readonly problems: readonly KeptProblem[];
}

export interface MonitorRecord {
  readonly modelId: number;
  readonly streamId: number;
  readonly role: ModelRole;
  readonly channels: readonly string[];
  readonly options: LearnOptions;
  /** Rows up to here have scores, ms; null: none has. */
  readonly scoredTo: number | null;
  /** The saved state stands after this row, ms. */
  readonly savedTo: number | null;
  readonly hasCard: boolean;
}

/** Scores, events and, now and then, the state of a model: all or nothing. */
export interface MonitorCommit {
  /** Columns as in shared/domain/score.ts. */
  readonly scores: SampleBatch;
  /** Opened, gone on, or closed; the same start is the same event. */
  readonly events: readonly { readonly event: AnomalyEvent; readonly isOpen: boolean }[];
  readonly scoredTo: number;
  /** Told with the state: scores have long been higher than those of training. */
  readonly moved: Moved | null;
  /** The state after `scoredTo`; null: rows since the last one are gone through again. */
  readonly state: Uint8Array | null;
  /** After a training. */
  readonly card: ModelCard | null;
  readonly checkpoint: Uint8Array | null;
}

/** Odd shapes that opened, went on or closed, and now and then the state of their watch. */
export interface ShapeCommit {
  readonly found: readonly ShapeFound[];
  /** The state after the row `savedTo`, ms; null: rows since the last are gone through again. */
  readonly state: Uint8Array | null;
  readonly savedTo: number;
}

export interface MonitorReceipt {
  readonly events: readonly KeptEvent[];
  readonly problems: readonly KeptProblem[];
}
