/**
 * Learning and scoring one stream: rows from the store go through the detector in time order,
 * trainings happen at the rows where the detector asks for them, scores go back in batches.
 * The result is a function of (rows, options) alone: no clock, no thread, no chance but the seed.
 */
import { createHash } from 'node:crypto';
import { Detector } from '../../../shared/detect/detector.ts';
import { chooseMode } from '../../../shared/detect/mode.ts';
import type { TrainingRequest } from '../../../shared/detect/training-request.ts';
import type { AnomalyEvent } from '../../../shared/domain/event.ts';
import type { JobPhase } from '../../../shared/domain/job.ts';
import type { LearnOptions, LossPoint, ModelCard } from '../../../shared/domain/model.ts';
import { scoreColumnNames } from '../../../shared/domain/score.ts';
import type { SampleBatch, StreamInfo } from '../../../shared/domain/stream.ts';
import { saveCheckpoint } from '../../../shared/model/checkpoint.ts';
import { createForecaster, type Forecaster } from '../../../shared/model/forecaster.ts';
import { createReferenceBackend } from '../../../shared/model/backends/reference/reference.ts';
import { copyParameters } from '../../../shared/model/parameters.ts';
import { referenceStepper } from '../../../shared/model/stepper.ts';
import { epochs, forecastTrainer } from '../../../shared/train/forecast-trainer.ts';
import { selectChannels, trainingRows } from './training-range.ts';

const ROWS_PER_BATCH = 4096;

/** What the host of a learning run provides. */
export interface LearnHost {
  readonly stream: StreamInfo;
  readonly options: LearnOptions;
  /** Stored rows in time order with t > after, at most limit. */
  rows(after: number, limit: number): Promise<SampleBatch>;
  scores(batch: SampleBatch): Promise<void>;
  progress(phase: JobPhase, done: number, total: number, unit: 'rows' | 'steps'): void;
  loss(point: LossPoint): void;
}

export interface LearnOutcome {
  readonly card: Omit<ModelCard, 'id' | 'streamId'>;
  readonly checkpoint: Uint8Array;
  readonly events: readonly AnomalyEvent[];
}

/** Throws Failure bad-input when the options do not fit the stream. */
export async function learn(host: LearnHost): Promise<LearnOutcome> {
  const { stream, options } = host;
  const columns = selectChannels(stream, options.channels);
  const channels = columns.map((column) => stream.channels[column].name);
  const { mode } = resolveMode(options, channels.length);
  const range = await trainingRows(host, mode);
  const detector = new Detector(
    {
      mode,
      channels,
      trainRows: range.rows,
      seed: options.seed,
      hasTime: stream.hasTime,
    },
    referenceStepper,
  );
  const run: Run = { host, detector, columns, lossCurve: [], steps: 0, trainings: 0, last: null };
  const events = await scoreAll(run, range.from);
  if (!run.last) throw new Error('No training took place.');
  const card = {
    mode,
    channels,
    trainRange: { from: range.from, to: range.to },
    trainRows: range.rows,
    seed: options.seed,
    hidden: run.last.spec.hidden,
    horizons: run.last.spec.horizons,
    parameterCount: countParameters(run.last),
    backend: 'reference',
    trainings: run.trainings,
    lossCurve: run.lossCurve,
    threshold: detector.threshold,
  };
  const checkpoint = saveCheckpoint(run.last, metadata(card));
  return { card: { ...card, checkpointSha256: sha256(checkpoint) }, checkpoint, events };
}

/** The mode in use and, for `auto`, the reason in words. */
export function resolveMode(
  options: LearnOptions,
  channels: number,
): { mode: 'stream' | 'reference'; reason: string } {
  if (options.mode !== 'auto') return { mode: options.mode, reason: 'as asked' };
  const trainRangeGiven = options.trainRows !== undefined || options.train !== undefined;
  return chooseMode({ channels, trainRangeGiven });
}

interface Run {
  readonly host: LearnHost;
  readonly detector: Detector;
  readonly columns: readonly number[];
  readonly lossCurve: LossPoint[];
  steps: number;
  trainings: number;
  last: Forecaster | null;
}

/** Pushes every row from `from` on through the detector, training where it asks. */
async function scoreAll(run: Run, from: number): Promise<AnomalyEvent[]> {
  const { host, detector, columns } = run;
  const width = scoreColumnNames(detector.spec.channels).length;
  const out = new Float64Array(width);
  const values = new Float64Array(columns.length);
  const events: AnomalyEvent[] = [];
  let done = 0;
  for (let after = from - 1; ;) {
    const batch = await host.rows(after, ROWS_PER_BATCH);
    const rows = batch.t.length;
    if (rows === 0) break;
    const scores = Array.from({ length: width }, () => new Float64Array(rows));
    for (let i = 0; i < rows; i++) {
      const request = detector.trainingDue();
      if (request) detector.adopt(await train(run, request));
      for (let c = 0; c < columns.length; c++) values[c] = batch.columns[columns[c]][i];
      detector.push(batch.t[i], values, out);
      for (let c = 0; c < width; c++) scores[c][i] = out[c];
    }
    after = batch.t[rows - 1];
    await host.scores({ t: batch.t, columns: scores });
    events.push(...detector.takeEvents());
    done += rows;
    host.progress('score', done, host.stream.rows, 'rows');
  }
  // The training range may be all there is: the model is learnt, with nothing left to score.
  const request = detector.trainingDue();
  if (request) detector.adopt(await train(run, request));
  return [...events, ...detector.finish()];
}

async function train(run: Run, request: TrainingRequest): Promise<Forecaster> {
  const { host } = run;
  const first = run.trainings++ === 0;
  const forecaster = createForecaster(request.spec, request.options.seed);
  if (request.warmFrom) copyParameters(request.warmFrom.parameters, forecaster.parameters);
  const { options } = request;
  const trainer = forecastTrainer(createReferenceBackend(), forecaster, request, options);
  for await (const epoch of epochs(trainer)) {
    const { train, validation } = epoch;
    const point = { step: run.steps + epoch.step, train, validation };
    run.lossCurve.push(point);
    host.loss(point);
    if (first) host.progress('train', epoch.step, options.steps, 'steps');
  }
  run.steps += options.steps;
  run.last = forecaster;
  return forecaster;
}

function countParameters(forecaster: Forecaster): number {
  return [...forecaster.parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
}

/** What the checkpoint says of itself. */
function metadata(card: object): Record<string, string> {
  return { format: 'offbeat-forecaster/1', card: JSON.stringify(card) };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
