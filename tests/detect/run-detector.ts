/** Feeds a detector as the engine does: trainings where it asks, rows, events as they close. */
import { Detector } from '../../shared/detect/detector.ts';
import type { DetectionSpec } from '../../shared/detect/spec.ts';
import type { TrainingRequest } from '../../shared/detect/training-request.ts';
import type { AnomalyEvent } from '../../shared/domain/event.ts';
import { scoreColumnNames } from '../../shared/domain/score.ts';
import type { SampleBatch } from '../../shared/domain/stream.ts';
import { createRandom } from '../../shared/math/prng.ts';
import { createForecaster, type Forecaster } from '../../shared/model/forecaster.ts';
import { createReferenceBackend } from '../../shared/model/backends/reference/reference.ts';
import { copyParameters } from '../../shared/model/parameters.ts';
import { referenceStepper } from '../../shared/model/stepper.ts';
import { epochs, forecastTrainer } from '../../shared/train/forecast-trainer.ts';

export const MINUTE_MS = 60_000;

/** Score columns [column][row] and the events of a run. */
export interface Outcome {
  readonly columns: readonly Float64Array[];
  readonly events: readonly AnomalyEvent[];
  readonly trainings: number;
}

export interface Runner {
  readonly detector: Detector;
  feed(batch: SampleBatch, from: number, to: number, takeEvents?: boolean): Promise<void>;
  finish(): Promise<Outcome>;
  /** Goes on with a new detector that has only a copy of the state of the old one. */
  restart(): void;
}

/** `stepsMax` keeps trainings short where the quality of the forecasts does not matter. */
export function createRunner(spec: DetectionSpec, rows: number, stepsMax = Infinity): Runner {
  let detector = new Detector(spec, referenceStepper);
  const out = new Float64Array(scoreColumnNames(spec.channels).length);
  const columns = Array.from(out, () => new Float64Array(rows).fill(NaN));
  const events: AnomalyEvent[] = [];
  let trainings = 0;
  let learnt: Forecaster | null = null;
  const learnWhenDue = async (): Promise<void> => {
    const request = detector.trainingDue();
    if (request) {
      trainings++;
      learnt = await train(request, stepsMax);
    }
    if (learnt && detector.isAdoptionDue()) detector.adopt(learnt);
  };
  return {
    get detector() {
      return detector;
    },
    feed: async (batch, from, to, takeEvents = true) => {
      const values = new Float64Array(spec.channels.length);
      for (let row = from; row < to; row++) {
        await learnWhenDue();
        batch.columns.forEach((column, k) => (values[k] = column[row]));
        detector.push(batch.t[row], values, out);
        out.forEach((value, c) => (columns[c][row] = value));
      }
      if (takeEvents) events.push(...detector.takeEvents());
    },
    finish: async () => {
      await learnWhenDue();
      events.push(...detector.finish());
      return { columns, events, trainings };
    },
    restart: () => {
      detector = Detector.restore(spec, structuredClone(detector.state()), referenceStepper);
    },
  };
}

export async function detect(
  spec: DetectionSpec,
  batch: SampleBatch,
  stepsMax = Infinity,
): Promise<Outcome> {
  const runner = createRunner(spec, batch.t.length, stepsMax);
  await runner.feed(batch, 0, batch.t.length);
  return runner.finish();
}

async function train(request: TrainingRequest, stepsMax: number): Promise<Forecaster> {
  const forecaster = createForecaster(request.spec, request.options.seed);
  if (request.warmFrom) copyParameters(request.warmFrom.parameters, forecaster.parameters);
  const options = { ...request.options, steps: Math.min(stepsMax, request.options.steps) };
  const trainer = forecastTrainer(createReferenceBackend(), forecaster, request, options);
  const training = epochs(trainer);
  while (!(await training.next()).done);
  return forecaster;
}

export interface Machine {
  readonly rows: number;
  readonly channels: number;
  readonly seed: number;
  /** What to add to channel k at row i. */
  readonly fault?: (k: number, i: number) => number;
}

/** Channels that follow one load, each with its own size, delay and noise; a row a minute. */
export function machine({ rows, channels, seed, fault = () => 0 }: Machine): SampleBatch {
  const random = createRandom(seed);
  const columns = Array.from({ length: channels }, () => new Float64Array(rows));
  for (let i = 0; i < rows; i++) {
    columns.forEach((column, k) => {
      const load = Math.sin((2 * Math.PI * (i - 2 * k)) / 48);
      column[i] = 20 * (k + 1) + (k + 1) * (load + 0.08 * random.normal()) + fault(k, i);
    });
  }
  const t = Float64Array.from({ length: rows }, (_, i) => Date.UTC(2026, 0, 1) + i * MINUTE_MS);
  return { t, columns };
}

export function specOf(
  mode: DetectionSpec['mode'],
  channels: number,
  trainRows: number,
): DetectionSpec {
  const names = Array.from({ length: channels }, (_, k) => `channel ${k}`);
  return { mode, channels: names, trainRows, seed: 1, hasTime: true };
}
