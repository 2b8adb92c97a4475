/**
 * Learning and scoring one stream: rows from the store go through the detector in time order,
 * trainings happen at the rows where the detector asks for them, scores go back in batches.
 * The result is a function of (rows, options, backend) alone: no clock, no thread, no chance but
 * the seed; where the run was paused or killed on the way does not show in it.
 */
import { Detector } from '../../../shared/detect/detector.ts';
import { chooseMode } from '../../../shared/detect/mode.ts';
import type { TrainingRequest } from '../../../shared/detect/training-request.ts';
import type { AnomalyEvent } from '../../../shared/domain/event.ts';
import type { JobPhase, TrainingProgress } from '../../../shared/domain/job.ts';
import type {
  BackendChoice,
  BackendName,
  DetectionMode,
  LearnOptions,
  LossPoint,
  ModeReason,
  TrainingNote,
} from '../../../shared/domain/model.ts';
import { scoreColumnNames } from '../../../shared/domain/score.ts';
import type { SampleBatch, StreamInfo } from '../../../shared/domain/stream.ts';
import type { KnownRows } from '../../../shared/activity/known-rows.ts';
import { loadCheckpoint, saveCheckpoint } from '../../../shared/model/checkpoint.ts';
import { createForecaster, type Forecaster } from '../../../shared/model/forecaster.ts';
import { copyParameters } from '../../../shared/model/parameters.ts';
import type { StepperFactory } from '../../../shared/model/stepper.ts';
import { batchSize, epochLength } from '../../../shared/train/forecast-trainer.ts';
import { numbersOf, type TrainingOrder } from '../../../shared/train/order.ts';
import type { EpochReport, TrainerState } from '../../../shared/train/trainer.ts';
import { openKnownRows, type ClockOrder } from '../activity/asked-recogniser.ts';
import { packLearnState, type LearnState } from './learn-state.ts';
import { describeModel, type DescribedModel } from './model-card.ts';
import type { TrainingSession } from './session.ts';
import { selectChannels, trainingRows } from './training-range.ts';

const ROWS_PER_BATCH = 4096;

/** What the host of a learning run provides. */
export interface LearnHost {
  readonly stream: StreamInfo;
  readonly options: LearnOptions;
  /** Who knows what goes on; null: nobody is asked. */
  readonly clock: ClockOrder | null;
  readonly createStepper: StepperFactory;
  /** Stored rows in time order with t > after, at most limit. */
  rows(after: number, limit: number): Promise<SampleBatch>;
  scores(batch: SampleBatch): Promise<void>;
  progress(phase: JobPhase, done: number, total: number, unit: 'rows' | 'steps'): void;
  training(progress: TrainingProgress): void;
  loss(point: LossPoint): void;
  note(note: TrainingNote): void;
  choose(asked: BackendName | 'auto', order: TrainingOrder): Promise<BackendChoice>;
  /** Tells what computes. */
  chosen(choice: BackendChoice): void;
  open(
    name: BackendName,
    order: TrainingOrder,
    state: TrainerState | null,
  ): Promise<TrainingSession>;
  /** How often the state is saved: what a crash may cost. */
  readonly saveMs: number;
  /** Weights of a training that were learnt before, numbered from 1; null: it is to be trained. */
  recalled(number: number): Promise<Uint8Array | null>;
  /** Keeps the weights of one training, numbered from 1. */
  trained(number: number, checkpoint: Uint8Array): Promise<void>;
  save(state: LearnState): Promise<void>;
  /** More rows will come: the outcome carries what is needed to go on. */
  readonly isLive: boolean;
  /** True once somebody wants it to put itself away. */
  isPausing(): boolean;
}

export interface LearnOutcome extends DescribedModel {
  readonly events: readonly AnomalyEvent[];
  /** To go on from where the rows ended, for a stream that is being filled; else null. */
  readonly live: { readonly state: Uint8Array; readonly to: number } | null;
}

/**
 * Answers null when it was paused, its state saved. Throws Failure bad-input when the options do
 * not fit the stream.
 */
export async function learn(
  host: LearnHost,
  saved: LearnState | null,
): Promise<LearnOutcome | null> {
  const { stream, options } = host;
  const { recogniser } = options;
  const columns = selectChannels(stream, options.channels);
  const channels = columns.map((column) => stream.channels[column].name);
  const { mode, reason: modeReason } = resolveMode(options, channels.length);
  const range = await trainingRows(host, mode);
  const spec = {
    ...{ mode, channels, trainRows: range.rows },
    ...{ seed: options.seed, hasTime: stream.hasTime },
    ...(options.threshold && { threshold: options.threshold }),
    ...(options.effort && { effort: options.effort }),
    ...(options.exclude?.length && { exclude: options.exclude }),
    ...(recogniser && { activities: recogniser.activities }),
  };
  const run = saved
    ? new LearnRun(host, Detector.restore(spec, saved.detector, host.createStepper), saved)
    : new LearnRun(host, new Detector(spec, host.createStepper), beginning(range.from));
  if (!(await run.scoreAll(columns))) return null;
  const { last, backend, trainings, lossCurve, notes } = run;
  if (!last || !backend) throw new Error('No training took place.');
  const described = describeModel({
    ...{ spec, modeReason, range, last, backend, trainings, lossCurve, notes },
    threshold: run.detector.threshold,
    heldOut: run.detector.heldOut,
    ...(recogniser && { recogniser }),
    ...(options.shapes && { shapes: options.shapes }),
  });
  return { ...described, events: run.events, live: run.live };
}

/** The mode in use, and why. */
export function resolveMode(
  options: LearnOptions,
  channels: number,
): { mode: DetectionMode; reason: ModeReason } {
  if (options.mode !== 'auto') {
    return { mode: options.mode, reason: options.modeReason ?? 'asked' };
  }
  const { train, trainRows } = options;
  const given = train ? 'range' : trainRows === undefined ? 'nothing' : 'rows';
  return chooseMode({ channels, given });
}

type Beginning = Omit<LearnState, 'detector'>;

function beginning(from: number): Beginning {
  return {
    ...{ after: from - 1, rows: 0, events: [], lossCurve: [], notes: [] },
    ...{ trainings: 0, steps: 0 },
    ...{ backend: null, last: null, learnt: null, trainer: null },
  };
}

class LearnRun {
  readonly detector: Detector;
  readonly events: AnomalyEvent[];
  lossCurve: LossPoint[];
  notes: readonly TrainingNote[];
  trainings: number;
  backend: BackendChoice | null;
  last: Forecaster | null;
  /** Weights that wait for their row. */
  private learnt: Forecaster | null;
  live: LearnOutcome['live'] = null;
  private readonly host: LearnHost;
  private after: number;
  private rows: number;
  private steps: number;
  /** State of the training that a former run had in hand. */
  private resumed: TrainerState | null;
  private savedAt = performance.now();
  private readonly known: KnownRows | null;

  constructor(host: LearnHost, detector: Detector, from: Beginning) {
    this.host = host;
    this.detector = detector;
    this.after = from.after;
    this.rows = from.rows;
    this.events = [...from.events];
    this.lossCurve = [...from.lossCurve];
    this.notes = from.notes;
    this.trainings = from.trainings;
    this.steps = from.steps;
    this.backend = from.backend;
    this.last = from.last;
    this.learnt = from.learnt;
    this.resumed = from.trainer;
    this.known =
      host.clock && openKnownRows(host.clock, (after, limit) => host.rows(after, limit)).known;
    if (from.known !== undefined) this.known?.restore(from.known);
    if (this.backend) host.chosen(this.backend);
    for (const point of this.lossCurve) host.loss(point);
    for (const note of this.notes) host.note(note);
  }

  /** Every row still to come, training where the detector asks. False when it was paused. */
  async scoreAll(columns: readonly number[]): Promise<boolean> {
    const { host, detector } = this;
    for (;;) {
      const batch = await (this.known?.next(this.after, ROWS_PER_BATCH) ??
        host.rows(this.after, ROWS_PER_BATCH));
      if (batch.t.length === 0 && !this.endKnown()) break;
      if (!(await this.scoreBatch(batch, columns))) return false;
      host.progress('score', this.rows, host.stream.rows, 'rows');
      if (await this.putAway()) return false;
    }
    // The training range may be all there is: the model is learnt, with nothing left to score.
    if (!(await this.learnWhenDue())) return false;
    if (host.isLive) this.live = { state: packLearnState(this.state(null)), to: this.after };
    this.events.push(...detector.finish());
    return true;
  }

  /**
   * What is not yet known waits for the rows to come, unless there will be none, or nothing is
   * learnt without it. True when rows go on.
   */
  private endKnown(): boolean {
    if (!this.known) return false;
    if (!this.host.isLive) return this.known.finish();
    return this.trainings === 0 && !this.detector.isTrainingDue() && this.known.giveUp();
  }

  /** Scores are stored before a training begins, so that what is saved then is whole. */
  private async scoreBatch(batch: SampleBatch, columns: readonly number[]): Promise<boolean> {
    const { detector } = this;
    const { channels, activities } = detector.spec;
    const scores = scoreColumnNames(channels, activities).map(
      () => new Float64Array(batch.t.length),
    );
    const activity = activities && batch.columns.at(-1);
    const out = new Float64Array(scores.length);
    const values = new Float64Array(columns.length);
    let first = 0;
    const flush = async (end: number): Promise<void> => {
      if (end === first) return;
      // What is sent is gone: the columns move to the store's thread.
      const columns = scores.map((column) => column.slice(first, end));
      await this.host.scores({ t: batch.t.slice(first, end), columns });
      this.events.push(...detector.takeEvents());
      this.after = batch.t[end - 1];
      this.rows += end - first;
      first = end;
    };
    for (let i = 0; i < batch.t.length; i++) {
      if (detector.isTrainingDue() || detector.isAdoptionDue()) {
        await flush(i);
        if (!(await this.learnWhenDue())) return false;
      }
      columns.forEach((column, c) => (values[c] = batch.columns[column][i]));
      detector.push(batch.t[i], values, out, activity?.[i]);
      out.forEach((value, c) => (scores[c][i] = value));
    }
    await flush(batch.t.length);
    return true;
  }

  /** Trains and adopts what is due before the next row. False when it was paused on the way. */
  private async learnWhenDue(): Promise<boolean> {
    const { detector } = this;
    const request = this.learnt ? null : detector.trainingDue();
    if (request && !(await this.train(request))) return false;
    if (!detector.isAdoptionDue()) return true;
    detector.adopt((this.last = this.learnt!));
    this.learnt = null;
    this.trainings++;
    return true;
  }

  /** False when it was paused on the way. */
  private async train(request: TrainingRequest): Promise<boolean> {
    const { host } = this;
    const known = await host.recalled(this.trainings + 1);
    if (known) return this.keepWeights(loadCheckpoint(known).forecaster, known);
    const order = orderOf(request);
    if (!this.backend) {
      this.backend = await host.choose(host.options.backend ?? 'auto', order);
      host.chosen(this.backend);
    }
    const session = await host.open(this.backend.name, order, this.resumed);
    this.resumed = null;
    if (!(await this.runSession(session, order.options))) return false;
    const learnt = await session.finish();
    const about = { format: 'offbeat-forecaster/1', training: String(this.trainings + 1) };
    this.steps += order.options.steps;
    return this.keepWeights(learnt, saveCheckpoint(learnt, about));
  }

  private async keepWeights(learnt: Forecaster, checkpoint: Uint8Array): Promise<true> {
    const { host } = this;
    this.learnt = learnt;
    // Weights that were recalled say by their model what had computed them.
    this.backend ??= { name: backendOf(host.options), reason: { code: 'asked' } };
    await host.trained(this.trainings + 1, checkpoint);
    return true;
  }

  private async runSession(
    session: TrainingSession,
    options: TrainingOrder['options'],
  ): Promise<boolean> {
    const { host } = this;
    let last: LossPoint | null = this.lossCurve.findLast(({ step }) => step > this.steps) ?? null;
    for (;;) {
      const { step, report, end } = await session.advance();
      if (report) last = this.keep(report);
      if (end === 'diverged') this.noteDivergence(step);
      if (this.trainings === 0) {
        host.training(trainingProgress(options, step, last));
        host.progress('train', step, options.steps, 'steps');
      }
      if (end) return true;
      if (await this.putAway(session)) {
        session.close();
        return false;
      }
    }
  }

  private keep({ step, train, validation, gradients }: EpochReport): LossPoint {
    const gradientNorm = Math.hypot(...Object.values(gradients).map(({ norm }) => norm));
    const point = { step: this.steps + step, train, validation, gradientNorm, gradients };
    this.lossCurve = [...this.lossCurve.filter((one) => one.step < point.step), point];
    this.host.loss(point);
    return point;
  }

  private noteDivergence(step: number): void {
    const note = {
      code: 'diverged',
      training: this.trainings + 1,
      step: this.steps + step,
    } as const;
    this.notes = [...this.notes, note];
    this.host.note(note);
  }

  /** Saves when it is time; true when it shall go no further. */
  private async putAway(session?: TrainingSession): Promise<boolean> {
    const isPausing = this.host.isPausing();
    const now = performance.now();
    if (!isPausing && now - this.savedAt < this.host.saveMs) return false;
    await this.host.save(this.state((await session?.state()) ?? null));
    this.savedAt = performance.now();
    return isPausing;
  }

  private state(trainer: TrainerState | null): LearnState {
    const { after, rows, events, lossCurve, notes, trainings, steps, backend } = this;
    return {
      ...{ after, rows, events, lossCurve, notes, trainings, steps, backend, trainer },
      ...{ last: this.last, learnt: this.learnt },
      detector: this.detector.state(),
      ...(this.known && { known: this.known.state(after) }),
    };
  }
}

function backendOf({ backend = 'auto' }: LearnOptions): BackendName {
  return backend === 'auto' ? 'wasm' : backend;
}

function trainingProgress(
  options: TrainingOrder['options'],
  step: number,
  last: LossPoint | null,
): TrainingProgress {
  const perEpoch = epochLength(options);
  return {
    epoch: Math.max(1, Math.ceil(step / perEpoch)),
    epochs: Math.ceil(options.steps / perEpoch),
    windowsPerStep: batchSize(options),
    loss: last?.train ?? null,
    validation: last?.validation ?? null,
  };
}

export function orderOf({ warmFrom, ...request }: TrainingRequest): TrainingOrder {
  const forecaster = createForecaster(request.spec, request.options.seed);
  if (warmFrom) copyParameters(warmFrom.parameters, forecaster.parameters);
  return { ...request, parameters: numbersOf(forecaster) };
}
