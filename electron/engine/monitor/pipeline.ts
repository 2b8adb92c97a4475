/**
 * One model at work on a stream that is being filled: stored rows → detector → scores and events →
 * store. It is learn.ts without an end: the same rows give the same bits, wherever it was stopped.
 * Its state is saved now and then, in the transaction of the scores before it; after a
 * crash it is taken up and brought to the last scored row by the rows that were scored since.
 * Scoring goes on while a training runs, with the weights of before until the row that is the new
 * ones'. Nothing is saved until the new ones are learnt: what was asked for would be lost.
 */
import { Detector } from '../../../shared/detect/detector.ts';
import type { DetectionSpec } from '../../../shared/detect/spec.ts';
import { scoreColumnNames } from '../../../shared/domain/score.ts';
import type { SampleBatch, TimeRange } from '../../../shared/domain/stream.ts';
import type { Forecaster } from '../../../shared/model/forecaster.ts';
import type { StepperFactory } from '../../../shared/model/stepper.ts';
import type { TrainingOrder } from '../../../shared/train/order.ts';
import type { EpochReport } from '../../../shared/train/trainer.ts';
import type { MonitorCommit } from '../store/live-records.ts';
import { openKnownRows } from '../activity/asked-recogniser.ts';
import { packLearnState, unpackLearnState, type LearnState } from '../training/learn-state.ts';
import { orderOf } from '../training/learn.ts';
import { describeModel } from '../training/model-card.ts';
import type { PipelineNews, PipelineOrder } from './monitor-wire.ts';
import { SettledRows } from './settled-rows.ts';

const ROWS_PER_BATCH = 4096;
/** A restart goes through at most about so many rows again. */
const SAVE_ROWS = 20_000;
/** Saving takes at most this share of the time. */
const SAVE_SHARE = 0.02;
const SAVE_MS_MIN = 10_000;

export interface PipelineHost {
  readonly createStepper: StepperFactory;
  rows(after: number, limit: number): Promise<SampleBatch>;
  /** Times, and what went on where the model was told. */
  scored(after: number, limit: number): Promise<SampleBatch>;
  commit(commit: MonitorCommit): Promise<void>;
  /** Rejects when the model is closed before it ends. */
  train(order: TrainingOrder, report: (epoch: EpochReport) => void): Promise<Forecaster>;
  tell(news: PipelineNews): void;
  /** ms of a steady clock. */
  now(): number;
}

/** A learning run of stored rows leaves no range: its options have it. */
type SavedPipeline = LearnState & { readonly range?: TimeRange };
type Scoring = Omit<LearnState, 'detector' | 'trainer' | 'known' | 'learnt'>;

/** A training that runs, or waits for the row that its weights are for. */
interface Training {
  readonly weights: Promise<Forecaster>;
  learnt: Forecaster | null;
}

export class Pipeline {
  private readonly order: PipelineOrder;
  private readonly host: PipelineHost;
  private readonly spec: DetectionSpec;
  private readonly settled = new SettledRows();
  private detector: Detector;
  private state: Scoring;
  private range: { from: number; to: number };
  private rowsSinceSave = 0;
  private training: Training | null = null;
  private savedAt: number;
  private saveMs = SAVE_MS_MIN;
  private isRecovered: boolean;
  private readonly asked: ReturnType<typeof openKnownRows> | null;

  constructor(order: PipelineOrder, host: PipelineHost) {
    this.order = order;
    this.host = host;
    const { mode, channels, trainRows, hasTime, options, from } = order;
    const { seed, threshold, exclude, effort, recogniser } = options;
    const asked = {
      ...(threshold && { threshold }),
      ...(exclude && { exclude }),
      ...(effort && { effort }),
      ...(recogniser && { activities: recogniser.activities }),
    };
    this.spec = { mode, channels, trainRows, seed, hasTime, ...asked };
    const saved = unpackLearnState(order.saved) as SavedPipeline | null;
    this.detector = saved
      ? Detector.restore(this.spec, saved.detector, host.createStepper)
      : new Detector(this.spec, host.createStepper);
    this.asked =
      order.clock && openKnownRows(order.clock, (after, limit) => this.settledRows(after, limit));
    if (saved?.known !== undefined) this.asked?.known.restore(saved.known);
    // Events are in the store.
    this.state = { ...(saved ?? beginning(from)), events: [] };
    const learnt = saved?.learnt;
    if (learnt) this.training = { weights: Promise.resolve(learnt), learnt };
    // Without a state all is gone through again, trainings too; the same scores come out.
    this.isRecovered = saved === null;
    const { from: first = from, to = NaN } = saved?.range ?? options.train ?? {};
    this.range = { from: first, to };
    this.savedAt = host.now();
  }

  /** Scores what may be scored; answers ms until it should be asked again, null: when rows come. */
  async advance(): Promise<number | null> {
    if (!this.isRecovered) await this.recover();
    for (;;) {
      const batch = await (this.asked?.known.next(this.state.after, ROWS_PER_BATCH) ??
        this.settledRows(this.state.after, ROWS_PER_BATCH));
      await this.score(batch);
      this.trainWhenDue();
      await this.adoptWhenDue();
      if (batch.t.length === 0) break;
    }
    return this.settled.waitMs(this.host.now());
  }

  /** Saves what it knows; a training that runs is not waited for. */
  async close(): Promise<void> {
    if (this.isRecovered && this.rowsSinceSave > 0) await this.commit(null, this.isWhole);
  }

  /** Gives back what it holds outside of the heap. */
  dispose(): void {
    this.detector.dispose();
    this.asked?.dispose();
  }

  private async settledRows(after: number, limit: number): Promise<SampleBatch> {
    const { columns, clock } = this.order;
    const { t, columns: values } = await this.host.rows(after, limit);
    const wanted = clock ? [...columns, ...clock.columns] : columns;
    const rows = this.settled.count({ t, columns: values }, wanted, this.host.now());
    return { t: t.subarray(0, rows), columns: values.map((column) => column.subarray(0, rows)) };
  }

  /** From the saved state to the last scored row, by the rows that were scored. */
  private async recover(): Promise<void> {
    const { scoredTo } = this.order;
    const out = new Float64Array(this.scoreColumns);
    while (scoredTo !== null && this.state.after < scoredTo) {
      const { after } = this.state;
      const { t, columns } = await this.host.scored(after, ROWS_PER_BATCH);
      const activities = new Map(Array.from(t, (time, i) => [time, columns[0]?.[i]]));
      const last = t.findLast((time) => time <= scoredTo);
      if (last === undefined) break;
      await this.again(activities, last, out);
      this.state = { ...this.state, after: last };
    }
    this.detector.takeEvents();
    this.isRecovered = true;
  }

  /** `scored`: what went on in each row that was scored, where it was told. */
  private async again(
    scored: ReadonlyMap<number, number | undefined>,
    last: number,
    out: Float64Array,
  ): Promise<void> {
    for (let { after } = this.state; after < last;) {
      const batch = await this.host.rows(after, ROWS_PER_BATCH);
      if (batch.t.length === 0) return;
      for (let row = 0; row < batch.t.length; row++) {
        if (batch.t[row] > last) return;
        if (scored.has(batch.t[row])) {
          this.asked?.known.hear(batch, row);
          this.trainWhenDue();
          this.push(batch, row, scored.get(batch.t[row]), out);
        }
        after = batch.t[row];
      }
    }
  }

  private async score(batch: SampleBatch): Promise<void> {
    const rows = batch.t.length;
    if (rows === 0) return;
    const out = new Float64Array(this.scoreColumns);
    const scores = Array.from(out, () => new Float64Array(rows));
    const activity = this.asked && batch.columns.at(-1);
    let first = 0;
    for (let row = 0; row < rows; row++) {
      this.trainWhenDue();
      if (this.detector.isAdoptionDue()) {
        await this.commitRows(batch, scores, first, row);
        first = row;
        await this.adoptWhenDue();
      }
      this.push(batch, row, activity?.[row], out);
      for (let c = 0; c < out.length; c++) scores[c][row] = out[c];
    }
    await this.commitRows(batch, scores, first, rows);
  }

  private get scoreColumns(): number {
    return scoreColumnNames(this.spec.channels, this.spec.activities).length;
  }

  private push(
    batch: SampleBatch,
    row: number,
    activity: number | undefined,
    out: Float64Array,
  ): void {
    const { columns } = this.order;
    const values = new Float64Array(columns.length);
    for (let k = 0; k < columns.length; k++) values[k] = batch.columns[columns[k]][row];
    this.state = { ...this.state, rows: this.state.rows + 1 };
    const t = batch.t[row];
    if (this.state.rows === 1) this.range.from = t;
    if (this.state.rows === this.spec.trainRows) this.range.to = t;
    this.detector.push(t, values, out, activity);
    this.rowsSinceSave++;
  }

  private async commitRows(
    batch: SampleBatch,
    scores: readonly Float64Array[],
    from: number,
    to: number,
  ): Promise<void> {
    if (to === from) return;
    this.state = { ...this.state, after: batch.t[to - 1] };
    const waited = this.host.now() - this.savedAt;
    const isDue = this.isWhole && (this.rowsSinceSave >= SAVE_ROWS || waited >= this.saveMs);
    const columns = scores.map((column) => column.slice(from, to));
    await this.commit({ t: batch.t.slice(from, to), columns }, isDue);
  }

  /** Scores, events and, when asked for, the state after them. */
  private async commit(
    scored: SampleBatch | null,
    withState: boolean,
    model: Pick<MonitorCommit, 'card' | 'checkpoint'> = { card: null, checkpoint: null },
  ): Promise<void> {
    const { detector } = this;
    const closed = detector.takeEvents().map((event) => ({ event, isOpen: false }));
    const open = detector.openEvent();
    const events = open ? [...closed, { event: open, isOpen: true }] : closed;
    const started = this.host.now();
    const state = withState ? this.pack() : null;
    const scores = scored ?? { t: new Float64Array(), columns: [] };
    const moved = withState ? detector.moved() : null;
    await this.host.commit({ scores, events, scoredTo: this.state.after, moved, state, ...model });
    if (withState) this.saved(started);
    const phase = this.state.trainings === 0 ? 'learning' : 'scoring';
    this.host.tell({ phase, scoredTo: this.state.after, detail: '' });
  }

  private pack(): Uint8Array {
    const { state, range, detector } = this;
    const known = this.asked?.known.state(state.after);
    const learnt = this.training?.learnt ?? null;
    const saved: SavedPipeline = {
      ...{ ...state, range, detector: detector.state(), learnt, trainer: null },
      ...(known !== undefined && { known }),
    };
    return packLearnState(saved);
  }

  private saved(started: number): void {
    const now = this.host.now();
    this.saveMs = Math.max(SAVE_MS_MIN, (now - started) / SAVE_SHARE);
    this.savedAt = now;
    this.rowsSinceSave = 0;
  }

  /** Whether a state saved now has all it takes to go on. */
  private get isWhole(): boolean {
    return !this.training || this.training.learnt !== null || this.detector.isTrainingDue();
  }

  /** Begins the training that is due before the next row. */
  private trainWhenDue(): void {
    if (this.training || !this.detector.isTrainingDue()) return;
    const order = orderOf(this.detector.trainingDue()!);
    const { steps } = this.state;
    const weights = this.host.train(order, (epoch) => this.note(epoch, steps));
    const training: Training = { weights, learnt: null };
    this.training = training;
    const keep = (learnt: Forecaster): void => {
      training.learnt = learnt;
      this.state = { ...this.state, steps: steps + order.options.steps };
    };
    // Whoever adopts hears of a failure.
    weights.then(keep).catch(() => undefined);
  }

  /** The row that follows waits for the weights that are its own. */
  private async adoptWhenDue(): Promise<void> {
    if (!this.training || !this.detector.isAdoptionDue()) return;
    const last = await this.training.weights;
    this.training = null;
    this.detector.adopt(last);
    const backend = this.state.backend ?? { name: 'wasm', reason: { code: 'no-page' } };
    const trainings = this.state.trainings + 1;
    this.state = { ...this.state, last, backend, trainings };
    const { lossCurve, notes } = this.state;
    const { recogniser, shapes, modeReason = 'asked' } = this.order.options;
    const { card, checkpoint } = describeModel({
      ...{ spec: this.spec, range: this.range, modeReason, last },
      ...{ backend, trainings, lossCurve, notes },
      threshold: this.detector.threshold,
      heldOut: this.detector.heldOut,
      ...(recogniser && { recogniser }),
      ...(shapes && { shapes }),
    });
    const { modelId: id, streamId } = this.order;
    await this.commit(null, true, { card: { ...card, id, streamId }, checkpoint });
  }

  private note({ step, train, validation, gradients }: EpochReport, stepsBefore: number): void {
    const gradientNorm = Math.hypot(...Object.values(gradients).map(({ norm }) => norm));
    const point = { step: stepsBefore + step, train, validation, gradientNorm, gradients };
    const before = this.state.lossCurve.filter((one) => one.step < point.step);
    this.state = { ...this.state, lossCurve: [...before, point] };
  }
}

function beginning(from: number): Scoring {
  return {
    ...{ after: from - 1, rows: 0, events: [], lossCurve: [], notes: [], trainings: 0, steps: 0 },
    ...{ backend: null, last: null },
  };
}
