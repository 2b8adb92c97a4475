/** A training as plain data, so that it can be done in another thread, page or process. */
import type { Backend } from '../model/backend.ts';
import { emptyForecaster, type Forecaster } from '../model/forecaster.ts';
import type { ForecasterSpec } from '../model/spec.ts';
import type { SeriesData } from './chunks.ts';
import { forecastTrainer, type ForecastTrainingOptions } from './forecast-trainer.ts';
import type { EpochReport, Numbers, Trainer, TrainerState, TrainingEnd } from './trainer.ts';

export interface TrainingOrder extends SeriesData {
  readonly spec: ForecasterSpec;
  readonly options: ForecastTrainingOptions;
  /** Weights to start from, by name. */
  readonly parameters: Numbers;
}

/** A trainer of an order, and the forecaster whose parameters it leaves its weights in. */
export interface OpenTraining {
  readonly trainer: Trainer;
  readonly forecaster: Forecaster;
}

/** How far a training has come. */
export interface Advance {
  /** Updates done. */
  readonly step: number;
  /** Given when an epoch was completed. */
  readonly report: EpochReport | null;
  readonly end: TrainingEnd | null;
}

/** From the start of the order, or on from a state of it. Throws RangeError on a bad order. */
export function openTraining(
  backend: Backend,
  order: TrainingOrder,
  state: TrainerState | null,
): OpenTraining {
  const forecaster = emptyForecaster(order.spec);
  for (const [name, { data }] of forecaster.parameters) data.set(order.parameters[name]);
  const trainer = forecastTrainer(backend, forecaster, order, order.options);
  if (state) trainer.restore(state);
  return { trainer, forecaster };
}

/** Runs until an epoch is complete, the training is over, or the time is up. */
export function advanceFor(trainer: Trainer, milliseconds: number, now: () => number): Advance {
  const until = now() + milliseconds;
  let report: EpochReport | null = null;
  while (trainer.end === null && report === null) {
    report = trainer.advance();
    if (now() >= until) break;
  }
  return { step: trainer.step, report, end: trainer.end };
}

/** Arrays by name, as an order carries them. */
export function numbersOf({ parameters }: Forecaster): Numbers {
  return Object.fromEntries([...parameters.values()].map(({ name, data }) => [name, data.slice()]));
}
