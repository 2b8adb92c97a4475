/** THE typed contract between a window and the engine: plain functions; the wire is derived. */
import type { ActivityApi, ActivityApiEvents } from './activity-api.ts';
import type { AlertApi, AlertApiEvents } from './alert-api.ts';
import type { ModelApi } from './model-api.ts';
import type { AppInfo } from '../domain/app.ts';
import type { OpenedBundle } from '../domain/bundle.ts';
import type { CsvChoices, CsvPlan, CsvPreview } from '../domain/csv.ts';
import type {
  FeedPreview,
  FeedState,
  ModelRole,
  MonitorState,
  NewFeed,
  Retention,
} from '../domain/feed-state.ts';
import type { DecoderConfig, SourceConfig } from '../domain/feed.ts';
import type { JobResult, JobState } from '../domain/job.ts';
import type { EventChange, KeptEvent, KeptProblem, TriageChange } from '../domain/kept-event.ts';
import type { LearnOptions, ModelCard } from '../domain/model.ts';
import type { Notice } from '../domain/notice.ts';
import type { BackendMeasure, SecretInfo, Settings } from '../domain/settings.ts';
import type { EngineStatus } from '../domain/status.ts';
import type { ReportFile, ReportOrder } from '../domain/report.ts';
import type { ThresholdMethod, ThresholdProposal } from '../domain/threshold.ts';
import type { ColumnView, QuarantinedRow, StreamInfo, TimeRange } from '../domain/stream.ts';

export interface Api extends AlertApi, ActivityApi, ModelApi {
  'app.info': () => AppInfo;
  'app.status': () => EngineStatus;
  'settings.get': () => Settings;
  /** Changes what is given; answers all of it. */
  'settings.set': (part: Partial<Settings>) => Settings;
  /** Tokens and passwords go in and never come out. */
  'secret.list': () => readonly SecretInfo[];
  'secret.set': (name: string, value: string) => void;
  'secret.remove': (name: string) => void;
  /** Times a few steps of a usual training on each backend that is here. */
  'backend.measure': () => readonly BackendMeasure[];
  /** A button of a notice was pressed; `open` for the notice itself. */
  'notice.act': (noticeId: string, action: string) => void;

  /** A file travels to the engine in pieces, so that a page needs no path and no file system. */
  'upload.begin': (fileName: string, sizeBytes: number) => string;
  /** Appends a piece (at most 8 MiB); answers the bytes received so far. */
  'upload.append': (uploadId: string, bytes: Uint8Array) => number;
  'upload.discard': (uploadId: string) => void;

  'csv.preview': (uploadId: string, choices: CsvChoices) => CsvPreview;
  /** Starts the import; the upload is discarded when it succeeds, kept for another try else. */
  'csv.import': (uploadId: string, streamName: string, plan: CsvPlan) => JobState;

  'learn.start': (streamId: number, options: LearnOptions) => JobState;
  'demo.create': () => JobState;
  'job.list': () => readonly JobState[];
  'job.cancel': (jobId: number) => void;
  /** Puts a job away; it keeps its place until it is resumed, also when the engine is restarted. */
  'job.pause': (jobId: number) => void;
  'job.resume': (jobId: number) => void;

  'stream.list': () => readonly StreamInfo[];
  'stream.rename': (streamId: number, name: string) => void;
  /** Hides the stream; restore brings it back until the workspace is next opened. */
  'stream.remove': (streamId: number) => void;
  'stream.restore': (streamId: number) => void;

  'view.series': (streamId: number, range: TimeRange, pointsMax: number) => ColumnView;
  'view.scores': (modelId: number, range: TimeRange, pointsMax: number) => ColumnView;
  /** The newest model of a stream. */
  'model.active': (streamId: number) => ModelCard | null;
  /** By its start, those that go on too. */
  'event.list': (modelId: number) => readonly KeptEvent[];
  /** Trouble with the data of a stream, by its start; the newest when there is much. */
  'problem.list': (streamId: number, range: TimeRange) => readonly KeptProblem[];
  /** What a person says of an event or a problem. */
  'event.triage': (eventId: number, change: TriageChange) => EventChange;
  'quarantine.list': (streamId: number, offset: number, limit: number) => readonly QuarantinedRow[];

  'feed.list': () => readonly FeedState[];
  /**
   * Listens to a source for at most `ms` and answers its first rows; decoder null: how they are to
   * be read is learnt from them. Nothing is kept.
   */
  'feed.preview': (source: SourceConfig, decoder: DecoderConfig | null, ms: number) => FeedPreview;
  /** Keeps a feed and starts it; it starts again with the engine. */
  'feed.create': (feed: NewFeed) => FeedState;
  /** Stops it until it is resumed, also when the engine is restarted. */
  'feed.pause': (feedId: number) => void;
  /** Starts what was paused, has ended or has failed. */
  'feed.resume': (feedId: number) => void;
  /** The stream stays. */
  'feed.remove': (feedId: number) => void;

  /** A model that learns and scores as rows come, from the first stored row on. */
  'monitor.start': (streamId: number, options: LearnOptions, role: ModelRole) => MonitorState;
  'monitor.list': (streamId: number) => readonly MonitorState[];
  /** `off` stops scoring; its scores and events stay. */
  'monitor.role': (modelId: number, role: ModelRole) => void;
  'stream.retention': (streamId: number, retention: Retention) => void;
  /** Writes a report; the file is the job's result. */
  'report.start': (streamId: number, order: ReportOrder) => JobState;
  /** A stretch with all it takes to compute its scores again elsewhere; a file as above. */
  'bundle.start': (streamId: number, order: Omit<ReportOrder, 'format'>) => JobState;
  /** Checks an uploaded bundle: what was changed, or whether its scores come out again. */
  'bundle.verify': (uploadId: string) => JobState;
  /**
   * Opens an uploaded bundle to be read, under the id of its upload, until that is discarded. The
   * workspace stays as it is. Does not compute its scores again: `bundle.verify` does.
   */
  'bundle.open': (uploadId: string) => OpenedBundle;
  /** Rows and scores of an opened bundle, as `view.series` and `view.scores` answer them. */
  'bundle.series': (uploadId: string, range: TimeRange, pointsMax: number) => ColumnView;
  'bundle.scores': (uploadId: string, range: TimeRange, pointsMax: number) => ColumnView;
  /** The report that lies in it, HTML. */
  'bundle.report': (uploadId: string) => ReportFile;
  /** Where an event of the newest model comes from; its scores are computed again. */
  'event.recompute': (streamId: number, eventStart: number) => JobState;
  /** Of one that is done; the last few are kept. */
  'job.result': (jobId: number) => JobResult;
  /** Tunes a threshold to so many alarms a day, over stored scores; proposes, changes nothing. */
  'threshold.propose': (
    streamId: number,
    method: ThresholdMethod,
    alarmsPerDay: number,
  ) => ThresholdProposal;
}

/** What the engine tells every window without being asked. */
export interface ApiEvents extends AlertApiEvents, ActivityApiEvents {
  'status.changed': EngineStatus;
  'settings.changed': Settings;
  /** Nothing could be heard meanwhile: a gap in everything that was being recorded. */
  'computer.slept': TimeRange;
  /** To be shown at once; the desktop shell does so by the system's notifications. */
  'notice.raised': Notice;
  'job.changed': JobState;
  /** Rows, model, scores or events of the stream changed; null: the list of streams did. */
  'stream.changed': { readonly streamId: number | null };
  /** How a feed goes, a few times a second at most. */
  'feed.changed': FeedState;
  /** An event or a problem was opened, went on, was closed or judged. */
  'event.changed': EventChange;
  'monitor.changed': MonitorState;
}
