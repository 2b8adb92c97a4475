/**
 * What the rest of the engine may ask of the store. Runs in a worker thread behind a MessagePort
 * transport; every call commits before it answers. A second, read-only worker serves the queries
 * so that drawing never waits for an import.
 */
import type { AnomalyEvent, Severity } from '../../../shared/domain/event.ts';
import type {
  BackendChoice,
  LearnOptions,
  KeptModel,
  ModelCard,
} from '../../../shared/domain/model.ts';
import type { SecretInfo } from '../../../shared/domain/settings.ts';
import type { ModelRole, NewFeed, Retention } from '../../../shared/domain/feed-state.ts';
import type { SourceConfig } from '../../../shared/domain/feed.ts';
import type {
  EventChange,
  KeptEvent,
  KeptProblem,
  TriageChange,
} from '../../../shared/domain/kept-event.ts';
import type {
  FeedChange,
  FeedCommit,
  FeedReceipt,
  FeedRecord,
  MonitorCommit,
  MonitorReceipt,
  MonitorRecord,
  ProblemReport,
  ShapeCommit,
} from './live-records.ts';
import type {
  Channel,
  ColumnView,
  QuarantinedRow,
  SampleBatch,
  StreamInfo,
  TimeRange,
} from '../../../shared/domain/stream.ts';
import type { ActivityReads, ActivityWrites } from './activity-store.ts';
import type { AlertReads, AlertWrites } from './alert-store.ts';

export interface NewStream {
  readonly name: string;
  readonly channels: readonly Channel[];
  /** Estimated step between rows, ms; rollup buckets are multiples of it. */
  readonly periodMs: number;
  readonly hasTime: boolean;
}

/** A learning run that was begun and has not ended. */
export interface LearnRecord {
  readonly jobId: number;
  readonly streamId: number;
  /** Under construction; invisible until the run ends. */
  readonly modelId: number;
  readonly options: LearnOptions;
  readonly isPaused: boolean;
}

export interface SealedSecret {
  readonly sealed: Uint8Array;
  readonly vault: SecretInfo['vault'];
}

/** Makes a model that is still to learn; answers its id. */
export type CreateModel = (
  streamId: number,
  channels: readonly string[],
  options: LearnOptions,
) => number;

/** Called by the writer only. */
export interface StoreWrites extends AlertWrites, ActivityWrites {
  /** The stream stays hidden (no list, no view) until it is published. */
  'stream.create': (stream: NewStream) => number;
  /** Rows and their rollups in one transaction; last write wins on equal times. */
  'stream.append': (streamId: number, batch: SampleBatch) => { readonly duplicates: number };
  'stream.quarantine': (streamId: number, rows: readonly QuarantinedRow[]) => void;
  /** Makes an imported stream visible and stores what the import counted. */
  'stream.publish': (
    streamId: number,
    counted: Pick<StreamInfo, 'periodMs' | 'duplicates' | 'backward' | 'gaps'>,
  ) => StreamInfo;
  'stream.rename': (streamId: number, name: string) => void;
  /** Hides; restore brings back; hidden ones are purged when the workspace opens. */
  'stream.remove': (streamId: number) => void;
  'stream.restore': (streamId: number) => void;
  /** Drops the stream's tables at once: an import that was cancelled leaves nothing behind. */
  'stream.purge': (streamId: number) => void;

  /** A run to be done, with a model under construction that is invisible until published. */
  'job.create': (
    streamId: number,
    channels: readonly string[],
    options: LearnOptions,
  ) => LearnRecord;
  /** What the run needs to go on from here. */
  'job.save': (jobId: number, state: Uint8Array) => void;
  'job.pause': (jobId: number, isPaused: boolean) => void;
  /** Columns as in shared/domain/score.ts, with their rollups, in one transaction. */
  'score.append': (modelId: number, batch: SampleBatch) => void;
  /** Card, checkpoint and events become visible at once, and the run is over; older models stay. */
  'model.publish': (
    card: ModelCard,
    checkpoint: Uint8Array,
    events: readonly AnomalyEvent[],
  ) => void;
  /** Ends its run too. */
  'model.purge': (modelId: number) => void;
  /** The weights of one training, numbered from 1; the same number again replaces them. */
  'training.put': (modelId: number, number: number, checkpoint: Uint8Array) => void;
  'choice.set': (key: string, choice: BackendChoice) => void;
  'setting.set': (part: Readonly<Record<string, unknown>>) => void;
  'secret.set': (name: string, sealed: Uint8Array, vault: SecretInfo['vault']) => void;
  'secret.remove': (name: string) => void;

  /**
   * With the stream it fills, visible from the start, unless it fills one that is there. `secret`:
   * of its source, which is kept without it, under `feed.<id>`.
   */
  'feed.create': (
    feed: NewFeed,
    secret: SealedSecret | null,
  ) => { readonly feedId: number; readonly streamId: number };
  /** A source of a former version takes its secret out; no trace of it stays in the file. */
  'feed.seal': (feedId: number, source: SourceConfig, secret: SealedSecret) => void;
  'feed.change': (feedId: number, change: FeedChange) => void;
  /** The stream stays. */
  'feed.remove': (feedId: number) => void;
  /** Rows, rollups, what was set aside, problems, totals and positions in one transaction. */
  'feed.commit': (feedId: number, commit: FeedCommit) => FeedReceipt;
  'problem.put': (streamId: number, reports: readonly ProblemReport[]) => readonly KeptProblem[];
  /** now: ms. */
  'event.triage': (eventId: number, change: TriageChange, now: number) => EventChange;

  /** What people said of the events of one model goes to those of another that touch them. */
  'triage.carry': (fromModel: number, toModel: number) => void;

  /** A model without weights yet that learns and scores as rows come. */
  'monitor.create': (
    streamId: number,
    channels: readonly string[],
    options: LearnOptions,
    role: ModelRole,
  ) => MonitorRecord;
  /** A learnt model goes on as rows come, from the state after its last row. */
  'monitor.adopt': (modelId: number, options: LearnOptions, state: Uint8Array, to: number) => void;
  'monitor.commit': (modelId: number, commit: MonitorCommit) => MonitorReceipt;
  'model.role': (modelId: number, role: ModelRole) => void;
  'shapes.commit': (modelId: number, commit: ShapeCommit) => readonly KeptProblem[];

  'stream.retention': (streamId: number, retention: Retention) => void;
  /** Removes at most `rowsMax` rows, old by the stream's own retention, else by `rawDays`. */
  'stream.forget': (
    streamId: number,
    now: number,
    rowsMax: number,
    rawDays: number | null,
  ) => number;
  /** Copies the workspace while it is in use; the copy is written beside and renamed. */
  'store.backup': (file: string) => Promise<{ readonly bytes: number }>;
}

/** Served by the reader. */
export interface StoreReads extends AlertReads, ActivityReads {
  'stream.list': () => readonly StreamInfo[];
  /** Failure not-found when hidden or absent. */
  'stream.get': (streamId: number) => StreamInfo;
  /** Rows in time order with t > after, at most limit. */
  'stream.rows': (streamId: number, after: number, limit: number) => SampleBatch;
  'stream.view': (streamId: number, range: TimeRange, pointsMax: number) => ColumnView;
  'quarantine.list': (streamId: number, offset: number, limit: number) => readonly QuarantinedRow[];
  /** The newest published model of the stream. */
  'model.active': (streamId: number) => ModelCard | null;
  /** Failure not-found for one that is gone or not learnt yet. */
  'model.card': (modelId: number) => ModelCard;
  'job.list': () => readonly LearnRecord[];
  /** What was saved last; null before. */
  'job.state': (jobId: number) => Uint8Array | null;
  'choice.get': (key: string) => BackendChoice | null;
  'setting.list': () => Readonly<Record<string, unknown>>;
  'secret.list': () => readonly SecretInfo[];
  'secret.get': (name: string) => SealedSecret | null;
  'model.checkpoint': (modelId: number) => Uint8Array;
  'training.count': (modelId: number) => number;
  'training.get': (modelId: number, number: number) => Uint8Array;
  'score.rows': (modelId: number, after: number, limit: number) => SampleBatch;
  /** Rows with a score up to `to`. */
  'score.count': (modelId: number, to: number) => number;
  'score.view': (modelId: number, range: TimeRange, pointsMax: number) => ColumnView;
  'event.list': (modelId: number) => readonly KeptEvent[];
  /** Events of models in use that nobody acknowledged or judged, and the gravest of them. */
  'event.unsettled': () => { readonly count: number; readonly worst: Severity | null };
  'problem.list': (streamId: number, range: TimeRange) => readonly KeptProblem[];
  'problem.open': (streamId: number) => readonly KeptProblem[];
  'feed.list': () => readonly FeedRecord[];
  'monitor.list': () => readonly MonitorRecord[];
  'monitor.state': (modelId: number) => Uint8Array | null;
  /** Odd shapes, in order of their start. */
  'shapes.list': (modelId: number) => readonly KeptProblem[];
  /** What the watch for odd shapes saved last, and after which row, ms. */
  'shapes.state': (
    modelId: number,
  ) => { readonly state: Uint8Array; readonly savedTo: number } | null;
  /** Every learnt model, the newest first. */
  'model.list': (streamId: number) => readonly Omit<KeptModel, 'events'>[];
  /** Times and scores alone, in time order with t > after; NaN where a row has none. */
  'score.line': (
    modelId: number,
    after: number,
    limit: number,
  ) => { readonly t: Float64Array; readonly scores: Float64Array };
  /** The newest scores, to know which rows a model has gone through; times alone. */
  'score.times': (modelId: number, after: number, limit: number) => Float64Array;
}

/** The store as the engine holds it: the same names, as promises. */
export type Remote<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : never;
};
export interface Store {
  readonly write: Remote<StoreWrites>;
  readonly read: Remote<StoreReads>;
  close(): Promise<void>;
}
