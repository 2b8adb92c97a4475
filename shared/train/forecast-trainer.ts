/**
 * Trains a forecaster by its recipe: batches of random chunks, one Huber loss over all horizons,
 * truncated BPTT within the chunk, norm clipping, AdamW on a one-cycle schedule.
 */
import type { Backend } from '../model/backend.ts';
import type { Forecaster } from '../model/forecaster.ts';
import type { SeriesData } from './chunks.ts';
import type { LossSpec } from './loss.ts';
import { forecastTask, type ForecastTaskOptions } from './task.ts';
import { Trainer, type EpochReport, type TrainerOptions, type TrainingEnd } from './trainer.ts';

export interface ForecastTrainingOptions
  extends
    Partial<Omit<TrainerOptions, 'seed' | 'steps' | 'learningRate'>>,
    Partial<ForecastTaskOptions> {
  /** Optimiser steps in all. */
  readonly steps: number;
  /** Highest rate of the cycle. */
  readonly learningRate: number;
  readonly seed: number;
}

const HUBER: LossSpec = { name: 'huber', delta: 1 };
const TASK_DEFAULTS: ForecastTaskOptions = {
  batch: 16,
  window: 48,
  warmup: 16,
  loss: HUBER,
  dropout: 0,
  validationFraction: 0,
};
const TRAINER_DEFAULTS = {
  stepsPerEpoch: 10,
  schedule: { name: 'one-cycle' },
  optimiser: { name: 'adamw' },
  weightDecay: 1e-4,
  l1: 0,
  clipNorm: 1,
  patience: Infinity,
} as const;

export function epochLength({
  stepsPerEpoch = TRAINER_DEFAULTS.stepsPerEpoch,
}: ForecastTrainingOptions): number {
  return stepsPerEpoch;
}

/** Windows that a step reads. */
export function batchSize({ batch = TASK_DEFAULTS.batch }: ForecastTrainingOptions): number {
  return batch;
}

/** Throws RangeError when the rows are too few or hold what is not a number. */
export function forecastTrainer(
  backend: Backend,
  { spec, parameters }: Forecaster,
  data: SeriesData,
  options: ForecastTrainingOptions,
): Trainer {
  const task = forecastTask(spec, data, { ...TASK_DEFAULTS, ...options });
  return new Trainer(backend, task, parameters, { ...TRAINER_DEFAULTS, ...options });
}

/**
 * Runs a trainer epoch by epoch; between two steps `shouldStop` may end it. However it ends, the
 * weights to keep are in the parameters. The return value says why it ended; null when stopped.
 */
export async function* epochs(
  trainer: Trainer,
  shouldStop: () => boolean = () => false,
): AsyncGenerator<EpochReport, TrainingEnd | null> {
  try {
    while (trainer.end === null && !shouldStop()) {
      const report = trainer.advance();
      if (report) yield report;
    }
  } finally {
    trainer.finish();
  }
  return trainer.end;
}
