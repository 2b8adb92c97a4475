/** What crosses between a learning run in its worker thread and the engine. */
import type { ComputeApi, ComputeInfo } from '../../../shared/contract/compute-api.ts';
import type { FailureCode } from '../../../shared/contract/failure.ts';
import type { JobPhase, TrainingProgress } from '../../../shared/domain/job.ts';
import type {
  BackendChoice,
  LearnOptions,
  LossPoint,
  TrainingNote,
} from '../../../shared/domain/model.ts';
import type { SampleBatch, StreamInfo } from '../../../shared/domain/stream.ts';
import type { ClockOrder } from '../activity/asked-recogniser.ts';
import type { ShapePipelineOrder } from '../monitor/shape-pipeline.ts';
import type { ShapeCommit } from '../store/live-records.ts';
import type { LearnOutcome } from './learn.ts';

export interface LearnOrder {
  readonly stream: StreamInfo;
  readonly modelId: number;
  readonly options: LearnOptions;
  /** null: it is not asked what goes on. */
  readonly clock: ClockOrder | null;
  /** What a former run put away. */
  readonly saved: Uint8Array | null;
  /** What the watch for odd shapes put away. */
  readonly shapes: ShapePipelineOrder['saved'];
  /** Of the application. */
  readonly version: string;
  /** How often its state is saved: what a crash may cost. */
  readonly saveMs: number;
  /** The stream has a feed: the model will go on with the rows to come. */
  readonly isLive: boolean;
}

/** Served by the engine, called by the worker; the page's trainings are passed on. */
export type LearnWire = Omit<ComputeApi, 'compute.info'> & {
  rows: (after: number, limit: number) => SampleBatch;
  scores: (batch: SampleBatch) => void;
  shapes: (commit: ShapeCommit) => void;
  progress: (phase: JobPhase, done: number, total: number, unit: 'rows' | 'steps') => void;
  training: (progress: TrainingProgress) => void;
  loss: (point: LossPoint) => void;
  note: (note: TrainingNote) => void;
  /** Threads that a training may keep busy now. */
  cores: () => number;
  /** null when no page computes. */
  page: () => ComputeInfo | null;
  recall: (key: string) => BackendChoice | null;
  remember: (key: string, choice: BackendChoice) => void;
  chosen: (choice: BackendChoice) => void;
  recalled: (number: number) => Uint8Array | null;
  trained: (number: number, checkpoint: Uint8Array) => void;
  save: (state: Uint8Array) => void;
  paused: () => void;
  finished: (outcome: LearnOutcome) => void;
  failed: (failure: { readonly code: FailureCode; readonly message: string }) => void;
};

/** What the engine tells the worker. */
export interface LearnWireEvents {
  pause: null;
}
