/** What crosses between a learning run in its worker thread and the engine. */
import type { FailureCode } from '../../../shared/contract/failure.ts';
import type { JobPhase } from '../../../shared/domain/job.ts';
import type { LearnOptions, LossPoint } from '../../../shared/domain/model.ts';
import type { SampleBatch, StreamInfo } from '../../../shared/domain/stream.ts';
import type { LearnOutcome } from './learn.ts';

export interface LearnOrder {
  readonly stream: StreamInfo;
  readonly options: LearnOptions;
}

/** Served by the engine, called by the worker. */
export interface LearnWire {
  rows: (after: number, limit: number) => SampleBatch;
  scores: (batch: SampleBatch) => void;
  progress: (phase: JobPhase, done: number, total: number, unit: 'rows' | 'steps') => void;
  loss: (point: LossPoint) => void;
  finished: (outcome: LearnOutcome) => void;
  failed: (failure: { readonly code: FailureCode; readonly message: string }) => void;
}
