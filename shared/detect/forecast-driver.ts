/**
 * Keeps a forecaster in step with a stream: remembers rows, asks for trainings when they are due,
 * takes new weights over, at the row that is theirs, by replaying the recent past, and advances row
 * by row.
 */
import type { Forecaster } from '../model/forecaster.ts';
import type { Parameters } from '../model/parameters.ts';
import type { Stepper, StepperFactory } from '../model/stepper.ts';
import { fitScale } from '../normalise/scaler.ts';
import { ago, clear, push, toArray, type Ring } from '../window/ring.ts';
import {
  advance,
  createForecastState,
  dueForecast,
  inputWidth,
  residual,
  writeRow,
  type ChannelFit,
  type ForecastState,
} from './forecast-stage.ts';
import { isCounter } from './counters.ts';
import { decayOf } from './decay.ts';
import { withoutStretches } from './excluded.ts';
import type { Past } from './events.ts';
import { createHistory, heldValues, remember, type History } from './history.ts';
import {
  adoptionDelay,
  fitRowsOf,
  isFromScratch,
  nextTrainingRow,
  trainingPlan,
} from './schedule.ts';
import type { Calibration } from './scorer.ts';
import { usualStep } from './settling.ts';
import { RECIPE, type Recipe } from './recipe.ts';
import { forecasterSpec, type DetectionSpec } from './spec.ts';
import type { TrainingRequest } from './training-request.ts';

/** A new model first runs over this many past rows, so that its state has settled. */
const REPLAY_ROWS = 256;
/** For so many rows a model taught from scratch is new; one that was only taught further is not. */
const NEW_MODEL_ROWS = 64;
/** What is remembered where nothing is trained again: enough to tell what an event was. */
const REFERENCE_ROWS = 3000;
/** Of all channels; it is part of every saved state. */
const REFERENCE_VALUES = 1_500_000;

interface DriverState {
  readonly history: History;
  rows: number;
  trainings: number;
  trainingRow: number;
  /** Of the training in hand; Infinity when there is none. */
  adoptionRow: number;
  /** Of the training in hand or last adopted. */
  fit: ChannelFit;
  firstScales: number[];
  /** Channels judged by their increments. */
  counters: boolean[];
  usualStepMs: number;
  forecast: ForecastState | null;
}

export class ForecastDriver {
  private readonly spec: DetectionSpec;
  private readonly recipe: Recipe;
  private readonly hasTime: boolean;
  private readonly scratch: { u: Float64Array; y: Float64Array; out: Float64Array };
  private state: DriverState;
  private readonly createStepper: StepperFactory;
  private forecaster: Forecaster | null = null;
  private step: Stepper | null = null;

  constructor(spec: DetectionSpec, createStepper: StepperFactory) {
    this.spec = spec;
    const recipe = (this.recipe = spec.recipe ?? RECIPE);
    this.hasTime = spec.hasTime && recipe.forecaster.hasTimeFeatures;
    this.createStepper = createStepper;
    const K = spec.channels.length;
    this.scratch = {
      u: new Float64Array(inputWidth(K, this.hasTime)),
      y: new Float64Array(K),
      out: new Float64Array(K * recipe.forecaster.horizons.length),
    };
    const reference = Math.min(REFERENCE_ROWS, Math.floor(REFERENCE_VALUES / K));
    const rowsMax = spec.mode === 'stream' ? recipe.training.rowsMax : reference;
    this.state = {
      history: createHistory(K, Math.max(spec.trainRows, rowsMax)),
      rows: 0,
      trainings: 0,
      trainingRow: spec.trainRows,
      adoptionRow: Infinity,
      fit: { scales: [], decays: [], historyMs: 0 },
      firstScales: [],
      counters: [],
      usualStepMs: 0,
      forecast: null,
    };
  }

  /** The rows taken so far, as far back as they are kept. */
  get past(): Past {
    const { t, x } = this.state.history;
    return {
      rows: x[0].size,
      values: (channel, oldest, newest) => heldValues(x[channel], oldest, newest),
      time: (back) => ago(t, back),
      scale: (channel) => this.state.firstScales[channel] ?? 1,
    };
  }

  /** Null before the first training. */
  get forecast(): ForecastState | null {
    return this.state.forecast;
  }

  /** Known from the first training on. */
  get counters(): readonly boolean[] {
    return this.state.counters;
  }

  get usualStepMs(): number {
    return this.state.usualStepMs;
  }

  isTrainingDue(): boolean {
    return this.state.rows === this.state.trainingRow;
  }

  /** Whether the weights of the training in hand are to be adopted before the next row. */
  isAdoptionDue(): boolean {
    return this.state.rows === this.state.adoptionRow;
  }

  /**
   * What to train from now on, or null; the same again until the next row. Throws RangeError when
   * nothing can be learnt.
   */
  trainingDue(): TrainingRequest | null {
    const { state, spec, recipe } = this;
    if (!this.isTrainingDue()) return null;
    const index = state.trainings;
    const rows = index === 0 ? spec.trainRows : Math.min(state.rows, recipe.training.rowsMax);
    if (index === 0 && state.counters.length === 0) this.countFrom(rows);
    const taken = state.history.x.map((ring) => toArray(ring).slice(-rows));
    const times = toArray(state.history.t).slice(-rows);
    const columns = withoutStretches(times, taken, spec.exclude ?? []);
    const mayRest = spec.constantIsNormal || state.counters.includes(true);
    if (index === 0 && !mayRest) refuseNothingToLearn(spec, columns);
    if (index === 0) state.usualStepMs = usualStep(times);
    state.fit = fitChannels(times, columns);
    if (index === 0) state.firstScales = state.fit.scales.map(({ scale }) => scale);
    state.adoptionRow = state.trainingRow + this.delayOf(index, rows);
    const plan = trainingPlan(index, rows, spec.effort, recipe.training);
    const fitRows = fitRowsOf(index, rows, recipe.training);
    return {
      spec: forecasterSpec(this.scratch.u.length, columns.length, recipe.forecaster),
      ...this.dataset(times.subarray(0, fitRows), columns),
      rows: fitRows,
      options: { steps: plan.steps, learningRate: plan.learningRate, seed: spec.seed + index },
      warmFrom: plan.fromScratch ? null : this.forecaster,
    };
  }

  /**
   * Takes over trained weights, at the row when that is due. The first time, answers the training
   * rows and their residuals.
   */
  adopt(forecaster: Forecaster): Calibration | null {
    const { state, spec, recipe } = this;
    if (!this.isAdoptionDue()) {
      throw new Error(`Weights for row ${state.adoptionRow} were handed in at row ${state.rows}.`);
    }
    const first = state.trainings === 0;
    this.forecaster = forecaster;
    this.free();
    const step = (this.step = this.createStepper(forecaster));
    const { fit, firstScales } = state;
    state.forecast = createForecastState(fit, firstScales, this.hasTime, recipe.forecaster);
    const index = state.trainings++;
    state.trainingRow = this.nextTrainingRow(index);
    state.adoptionRow = Infinity;
    const rows = first ? spec.trainRows : Math.min(REPLAY_ROWS, state.rows);
    const calibration = createCalibration(state, rows, fitRowsOf(index, rows, recipe.training));
    const values = new Float64Array(spec.channels.length);
    // What is normal is told from what was learnt: excluded rows are no part of it.
    const excluded = first ? (spec.exclude ?? []) : [];
    const times = toArray(state.history.t).slice(-rows);
    const taken = state.history.x.map((ring) => toArray(ring).slice(-rows));
    const columns = withoutStretches(times, taken, excluded);
    for (let row = 0; row < rows; row++) {
      columns.forEach((column, k) => (values[k] = column[row]));
      record(calibration, state.forecast, values, row);
      advance(state.forecast, step, times[row], values, this.scratch);
    }
    state.forecast.provenAt = rows + (isFromScratch(index, recipe.training) ? NEW_MODEL_ROWS : 0);
    return first ? calibration : null;
  }

  /** Takes a row in: into memory and, once there is a model, into its state. */
  take(t: number, values: Float64Array): void {
    const { state } = this;
    remember(state.history, t, values);
    state.rows++;
    if (!state.forecast || !this.step) return;
    advance(state.forecast, this.step, t, values, this.scratch);
  }

  /**
   * What the model goes on to when it is fed with its own forecasts: [steps] by channel, in the
   * units it judges by. The first is for the row after `t`, ms; rows are `periodMs` apart. Nothing
   * is changed by it. Empty before the first training.
   */
  foresee(t: number, periodMs: number, steps: number): Float64Array[] {
    const { state, step } = this;
    if (!state.forecast || !step) return [];
    const alone: ForecastState = {
      ...state.forecast,
      hidden: state.forecast.hidden.slice(),
      previous: state.forecast.previous.slice(),
      usual: state.forecast.usual.slice(),
      pending: state.forecast.pending.slice(),
    };
    const foreseen = state.history.x.map(() => new Float64Array(steps));
    for (let i = 0; i < steps; i++) {
      foreseen.forEach((column, k) => (column[i] = dueForecast(alone, 0, k)));
      const row = foreseen.map((column) => column[i]);
      advance(alone, step, t + (i + 1) * periodMs, row, this.scratch);
    }
    return foreseen;
  }

  /** Gives back what the weights take; nothing is pushed after it but with new ones. */
  free(): void {
    this.step?.free?.();
    this.step = null;
  }

  /** Plain data; copy it before the next row. */
  save(): unknown {
    return { state: this.state, parameters: this.forecaster?.parameters ?? null };
  }

  load(saved: unknown): void {
    const { state, parameters } = saved as { state: DriverState; parameters: Parameters | null };
    this.state = state;
    if (!parameters) return;
    const { forecaster } = this.recipe;
    const spec = forecasterSpec(this.scratch.u.length, this.scratch.y.length, forecaster);
    this.forecaster = { spec, parameters };
    this.step = this.createStepper(this.forecaster);
  }

  /** Of the training after the `index`-th. */
  private nextTrainingRow(index: number): number {
    const { training } = this.recipe;
    if (index >= training.repeatsMax) return Infinity;
    return nextTrainingRow(this.spec.mode, this.state.trainingRow, training);
  }

  private delayOf(index: number, rows: number): number {
    const { channels, hasTime } = this.spec;
    const { trainingRow, fit } = this.state;
    return adoptionDelay(index, {
      stepMs: hasTime ? fit.historyMs / (rows - 1) : 0,
      channels: channels.length,
      rowsToNext: this.nextTrainingRow(index) - trainingRow,
    });
  }

  /** Totals become increments, in memory too. */
  private countFrom(rows: number): void {
    const { state } = this;
    state.counters = state.history.x.map((ring) => isCounter(toArray(ring).slice(-rows)));
    state.history.x.forEach((ring, k) => {
      if (state.counters[k]) differ(ring);
    });
  }

  /** u [rows, D] and y [rows, K] under the fit in hand. */
  private dataset(
    times: Float64Array,
    columns: readonly Float64Array[],
  ): Pick<TrainingRequest, 'inputs' | 'targets' | 'measured'> {
    const { u, y } = this.scratch;
    const { fit, firstScales } = this.state;
    const { forecaster } = this.recipe;
    const stage = createForecastState(fit, firstScales, this.hasTime, forecaster);
    const inputs = new Float64Array(times.length * u.length);
    const targets = new Float64Array(times.length * y.length);
    const values = new Float64Array(columns.length);
    times.forEach((t, row) => {
      columns.forEach((column, k) => (values[k] = column[row]));
      writeRow(stage, t, values, u, y);
      inputs.set(u, row * u.length);
      targets.set(y, row * y.length);
    });
    const measured = measuredOf(columns, times.length);
    return { inputs, targets, ...(measured && { measured }) };
  }
}

function fitChannels(times: Float64Array, columns: readonly Float64Array[]): ChannelFit {
  const scales = columns.map(fitScale);
  return {
    scales,
    decays: columns.map((column, k) => decayOf(column, scales[k])),
    historyMs: times[times.length - 1] - times[0],
  };
}

/** [rows, K]: 0 where a value is missing; null when none is. */
function measuredOf(columns: readonly Float64Array[], rows: number): Uint8Array | null {
  const K = columns.length;
  const measured = new Uint8Array(rows * K).fill(1);
  columns.forEach((column, k) => {
    for (let row = 0; row < rows; row++)
      if (!Number.isFinite(column[row])) measured[row * K + k] = 0;
  });
  return measured.includes(0) ? measured : null;
}

/** Each value less the known one before, in place; the first has none and takes the second's. */
function differ(ring: Ring): void {
  const values = toArray(ring);
  let before = NaN;
  const increments = values.map((value) => {
    const increment = value - before;
    if (Number.isFinite(value)) before = value;
    return increment;
  });
  const first = values.findIndex(Number.isFinite);
  if (first >= 0) increments[first] = increments.find(Number.isFinite) ?? NaN;
  clear(ring);
  for (const increment of increments) push(ring, increment);
}

function createCalibration(state: DriverState, rows: number, fitRows: number): Calibration {
  const column = (): Float64Array => new Float64Array(rows).fill(NaN);
  const { horizons } = state.forecast!.recipe;
  return {
    rows,
    fitRows,
    values: state.history.x.map(column),
    residuals: state.history.x.map(() => horizons.map(column)),
    forecasts: state.history.x.map(() => horizons.map(column)),
    scales: state.firstScales,
  };
}

function record(
  calibration: Calibration,
  forecast: ForecastState,
  values: Float64Array,
  row: number,
): void {
  values.forEach((x, k) => {
    calibration.values[k][row] = x;
    for (let h = 0; h < forecast.recipe.horizons.length; h++) {
      calibration.residuals[k][h][row] = residual(forecast, x, h, k);
      calibration.forecasts[k][h][row] = dueForecast(forecast, h, k);
    }
  });
}

function refuseNothingToLearn(spec: DetectionSpec, columns: readonly Float64Array[]): void {
  const names = spec.channels.join(', ');
  const finite = columns.map((column) => column.filter(Number.isFinite));
  if (finite.every((column) => column.length === 0)) {
    throw new RangeError(
      `${names}: no value in the first ${spec.trainRows} rows, so there is nothing to learn; ` +
        'choose a training range with data.',
    );
  }
  const constant = finite.every((column) => column.every((value) => value === column[0]));
  if (constant) {
    throw new RangeError(
      `${names}: the same value (${finite.map((column) => column[0]).join(', ')}) in all ` +
        `${spec.trainRows} training rows; a signal that varies was expected. Choose another ` +
        'channel or training range.',
    );
  }
}
