/** What a learning run puts away, to go on after a pause or a crash as if nothing was. */
import { deserialize, serialize } from 'node:v8';
import type { AnomalyEvent } from '../../../shared/domain/event.ts';
import type { BackendChoice, LossPoint, TrainingNote } from '../../../shared/domain/model.ts';
import type { Forecaster } from '../../../shared/model/forecaster.ts';
import type { TrainerState } from '../../../shared/train/trainer.ts';

export interface LearnState {
  /** ms; rows up to here are scored and their scores stored. */
  readonly after: number;
  /** Rows scored. */
  readonly rows: number;
  readonly detector: unknown;
  /** Rows on their way, where it is asked what goes on. */
  readonly known?: unknown;
  readonly events: readonly AnomalyEvent[];
  readonly lossCurve: readonly LossPoint[];
  readonly notes: readonly TrainingNote[];
  /** Trainings done, and their optimiser steps. */
  readonly trainings: number;
  readonly steps: number;
  readonly backend: BackendChoice | null;
  readonly last: Forecaster | null;
  /** Weights that wait for their row. */
  readonly learnt: Forecaster | null;
  /** The training in hand; null between trainings. */
  readonly trainer: TrainerState | null;
}

/** Changes with anything above, and with what a detector or a trainer remembers. */
const FORMAT = 'offbeat-learn/12';

export function packLearnState(state: LearnState): Uint8Array {
  return serialize({ format: FORMAT, state });
}

/** null for bytes of another version: the run begins anew. */
export function unpackLearnState(bytes: Uint8Array | null): LearnState | null {
  if (!bytes) return null;
  try {
    const { format, state } = deserialize(bytes) as { format: string; state: LearnState };
    return format === FORMAT ? state : null;
  } catch {
    return null;
  }
}
