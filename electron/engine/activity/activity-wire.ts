/** What crosses between the thread that learns and recognises activities and the engine. */
import type { FailureCode } from '../../../shared/contract/failure.ts';
import type {
  ActivitySegment,
  DoubtfulStretch,
  Label,
  ProposedSegment,
} from '../../../shared/domain/activity.ts';
import type { JobPhase, TrainingProgress } from '../../../shared/domain/job.ts';
import type {
  RecogniserCard,
  RecogniserEvaluation,
  RecogniserLoss,
  RecogniserOptions,
} from '../../../shared/domain/recogniser.ts';
import type { SampleBatch, StreamInfo } from '../../../shared/domain/stream.ts';

export interface LabelledInput {
  readonly stream: StreamInfo;
  readonly group: string;
  readonly labels: readonly Label[];
}

/** What is to be done, with all it takes but the rows. */
export type ActivityOrder =
  | {
      readonly task: 'train';
      readonly options: RecogniserOptions;
      readonly inputs: readonly LabelledInput[];
      readonly threads: number;
    }
  | { readonly task: 'segments'; readonly stream: StreamInfo; readonly checkpoint: Uint8Array }
  | {
      readonly task: 'evaluate';
      readonly stream: StreamInfo;
      readonly checkpoint: Uint8Array;
      readonly labels: readonly Label[];
    }
  | {
      readonly task: 'doubtful';
      readonly stream: StreamInfo;
      readonly checkpoint: Uint8Array;
      readonly labels: readonly Label[];
      readonly count: number;
    }
  /** checkpoint null: nothing was learnt; what rows look like has to do. */
  | {
      readonly task: 'propose';
      readonly stream: StreamInfo;
      readonly checkpoint: Uint8Array | null;
    };

export type TrainedCard = Omit<RecogniserCard, 'id' | 'name' | 'created' | 'streams'>;

export interface TrainedRecogniser {
  readonly card: TrainedCard;
  readonly checkpoint: Uint8Array;
}

/** The answer to each task. */
export interface ActivityResults {
  readonly train: TrainedRecogniser;
  readonly segments: readonly ActivitySegment[];
  readonly evaluate: Omit<RecogniserEvaluation, 'wasLearntFrom'>;
  readonly doubtful: readonly DoubtfulStretch[];
  readonly propose: readonly ProposedSegment[];
}

/** Served by the engine, called by the thread. */
export interface ActivityWire {
  rows: (streamId: number, after: number, limit: number) => SampleBatch;
  progress: (phase: JobPhase, done: number, total: number, unit: 'rows' | 'steps') => void;
  training: (progress: TrainingProgress) => void;
  loss: (point: RecogniserLoss) => void;
  finished: (result: ActivityResults[keyof ActivityResults]) => void;
  failed: (failure: { readonly code: FailureCode; readonly message: string }) => void;
}
