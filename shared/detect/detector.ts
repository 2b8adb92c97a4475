/**
 * The whole recipe as one streaming object: rows in, scored rows and events out. What is pushed is
 * all it knows, so replaying a stored series gives bit for bit what live scoring gave.
 */
import { activityColumn, channelColumn } from '../domain/score.ts';
import type { AnomalyEvent } from '../domain/event.ts';
import type { HeldOutLoss } from '../domain/model.ts';
import type { Forecaster } from '../model/forecaster.ts';
import type { StepperFactory } from '../model/stepper.ts';
import type { Scale } from '../normalise/scaler.ts';
import {
  createEventState,
  finishEvent,
  followEvent,
  openEventOf,
  type EventState,
} from './events.ts';
import {
  ACTIVITY_ROWS_MIN,
  createScorerByActivity,
  NO_ACTIVITY,
  type ScorerByActivity,
} from './by-activity.ts';
import { ForecastDriver } from './forecast-driver.ts';
import { dueForecast } from './forecast-stage.ts';
import { createDrift, followDrift, movedOf, type Drift, type Moved } from './drift.ts';
import { createCounters, takeIncrements, type Counters } from './counters.ts';
import { RECIPE } from './recipe.ts';
import { heldOutLoss } from './held-out.ts';
import { createReading, type Reading } from './reading.ts';
import { createReferenceScorer } from './reference-scorer.ts';
import type { Scorer } from './scorer.ts';
import { createSettling, settle, type Settling } from './settling.ts';
import { TRAIN_ROWS_MIN, type DetectionSpec } from './spec.ts';
import { createStreamScorer } from './stream-scorer.ts';
import { defaultThreshold, judgesBy, Threshold, type Judges } from './threshold/threshold.ts';
import type { TrainingRequest } from './training-request.ts';

const NEAR = 0;
/** Values beyond are a gauge's way to say nothing: their squares and sums would not be numbers. */
const MAGNITUDE_MAX = 1e100;

interface SavedDetector {
  driver: unknown;
  scorer: unknown;
  /** Of rows whose activity nobody knows, then by activity. */
  thresholds: readonly unknown[];
  /** Of the rows so far, while they are learnt from. */
  activities: number[];
  counters: Counters;
  settling: Settling;
  /** Parts of the last reading stand where a row says nothing new. */
  reading: Reading;
  events: EventState;
  closed: AnomalyEvent[];
  drift: Drift | null;
  heldOut: HeldOutLoss | null;
}

export class Detector {
  readonly spec: DetectionSpec;
  private readonly driver: ForecastDriver;
  private readonly scorer: ScorerByActivity;
  private readonly judges: Judges;
  private alarms: Threshold[];
  /** Of the training rows. */
  private activities: number[] = [];
  private readonly row: Float64Array;
  /** The row as it is scored: what cannot be judged is left out. */
  private readonly judged: Float64Array;
  private counters: Counters;
  private settling: Settling;
  private current: Reading;
  private events = createEventState();
  private closed: AnomalyEvent[] = [];
  private drift: Drift | null = null;
  private heldOutOfFirst: HeldOutLoss | null = null;

  /** Throws RangeError when the training rows are too few. */
  constructor(spec: DetectionSpec, createStepper: StepperFactory) {
    if (spec.trainRows < TRAIN_ROWS_MIN) {
      throw new RangeError(
        `The training range has ${spec.trainRows} rows; at least ${TRAIN_ROWS_MIN} are needed. ` +
          'Choose a longer range.',
      );
    }
    this.spec = spec;
    this.driver = new ForecastDriver(spec, createStepper);
    const { recipe = RECIPE } = spec;
    const create = (): Scorer =>
      spec.mode === 'stream'
        ? createStreamScorer(recipe)
        : createReferenceScorer(spec.channels.length, recipe);
    this.judges = judgesBy(recipe.alarm);
    this.scorer = createScorerByActivity(spec.activities?.length ?? 0, create);
    this.alarms = this.newThresholds(() => new Float64Array(0));
    const channels = spec.channels.length;
    this.row = new Float64Array(channels);
    this.judged = new Float64Array(channels);
    this.counters = createCounters(channels);
    this.settling = createSettling(channels);
    this.current = createReading(channels);
  }

  /** What a score must reach by now, as the last row went on; most methods move it. */
  get threshold(): number {
    return this.alarm.value;
  }

  private get alarm(): Threshold {
    return this.alarms[this.scorer.activity - NO_ACTIVITY];
  }

  /** What was said of the last row; changes with the next. */
  get reading(): Readonly<Reading> {
    return this.current;
  }

  /** What the first training came to on the rows that it kept aside; null before it. */
  get heldOut(): HeldOutLoss | null {
    return this.heldOutOfFirst;
  }

  /** Centre and scale of every channel, as the model in force sees it; none before the first. */
  get scales(): readonly Scale[] {
    return this.driver.forecast?.scales ?? [];
  }

  /** True when `trainingDue` answers something, before the next row; asks little. */
  isTrainingDue(): boolean {
    return this.driver.isTrainingDue();
  }

  /** What is to be trained from now on, for the row at which `isAdoptionDue`; or null. */
  trainingDue(): TrainingRequest | null {
    return this.driver.trainingDue();
  }

  /** True when the weights of the training asked for last must be adopted before the next row. */
  isAdoptionDue(): boolean {
    return this.driver.isAdoptionDue();
  }

  adopt(forecaster: Forecaster): void {
    const { driver } = this;
    const calibration = driver.adopt(forecaster);
    if (!calibration) return;
    const { horizons } = (this.spec.recipe ?? RECIPE).forecaster;
    this.heldOutOfFirst = heldOutLoss(calibration, horizons);
    this.counters = { ...this.counters, is: driver.counters };
    this.settling.periodMs = driver.usualStepMs;
    this.scorer.tell(this.activities);
    const scores = this.scorer.calibrate(calibration);
    this.drift = createDrift(scores);
    const { activities } = this;
    this.alarms = this.newThresholds((activity) =>
      scores.filter((score, row) => {
        const isOwn = activity === NO_ACTIVITY || activities[row] === activity;
        return isOwn && Number.isFinite(score);
      }),
    );
    this.activities = [];
  }

  /**
   * One row: t in ms, one value per channel, NaN where missing; so are ±Infinity and values beyond
   * MAGNITUDE_MAX. Writes the score columns of
   * shared/domain/score.ts into `out`; NaN where nothing can be said. `activity`: what goes on, as
   * an index into the activities of the spec.
   */
  push(t: number, values: Float64Array, out: Float64Array, activity = NO_ACTIVITY): void {
    this.scorer.activity = this.spec.activities ? activity : NO_ACTIVITY;
    if (this.spec.activities && !this.driver.forecast) this.activities.push(activity);
    const { driver, current: reading, row } = this;
    out.fill(NaN);
    if (this.spec.activities) out[activityColumn(values.length)] = activity;
    for (let k = 0; k < row.length; k++) {
      row[k] = Math.abs(values[k]) <= MAGNITUDE_MAX ? values[k] : NaN;
    }
    const before = this.counters.last.slice();
    takeIncrements(this.counters, row);
    const judged = this.judged;
    judged.set(row);
    settle(this.settling, t, judged, !driver.forecast);
    if (driver.forecast) {
      this.scorer.score(judged, driver.forecast, reading);
      this.judge();
      if (this.drift) followDrift(this.drift, t, reading.score);
      this.write(row, before, out);
      const { channels } = this.spec;
      const { mergeRows } = this.alarm;
      const event = followEvent(this.events, channels, t, row, reading, mergeRows, driver.past);
      if (event) this.closed.push(this.named(event));
    }
    driver.take(t, row);
  }

  /** Events closed since the last call. */
  takeEvents(): AnomalyEvent[] {
    return this.closed.splice(0);
  }

  /** Whether scores have long been higher than those of training; null when not. */
  moved(): Moved | null {
    return this.drift && movedOf(this.drift);
  }

  /** The event that is still going on, as it looks by now; null when all is quiet. */
  openEvent(): AnomalyEvent | null {
    const open = openEventOf(this.events, this.spec.channels, this.driver.past);
    return open && this.named(open);
  }

  /**
   * What would come after the last row, at `t` ms, if all went on as it was learnt: a forecast fed
   * with itself, [steps] by channel in its own unit, rows `periodMs` apart. Changes nothing.
   */
  foresee(t: number, periodMs: number, steps: number): Float64Array[] {
    const foreseen = this.driver.foresee(t, periodMs, steps);
    foreseen.forEach((column, k) => {
      if (!this.counters.is[k]) return;
      let total = this.counters.last[k];
      column.forEach((increment, i) => (column[i] = total += increment));
    });
    return foreseen;
  }

  /** Ends the data: closes what is open. */
  finish(): AnomalyEvent[] {
    const last = finishEvent(this.events, this.spec.channels, this.driver.past);
    if (last) this.closed.push(this.named(last));
    return this.takeEvents();
  }

  /** All it remembers, as plain data; copy it before the next row. */
  state(): unknown {
    const saved: SavedDetector = {
      driver: this.driver.save(),
      scorer: this.scorer.state(),
      thresholds: this.alarms.map((alarm) => alarm.state()),
      activities: this.activities,
      counters: this.counters,
      settling: this.settling,
      reading: this.current,
      events: this.events,
      closed: this.closed,
      drift: this.drift,
      heldOut: this.heldOutOfFirst,
    };
    return saved;
  }

  /** Says of which channels the figures are increments. */
  private named(event: AnomalyEvent): AnomalyEvent {
    const { is } = this.counters;
    if (!is.includes(true)) return event;
    const counted = new Set(this.spec.channels.filter((_, k) => is[k]));
    const channels = event.channels.map((one) =>
      counted.has(one.name) ? { ...one, counts: true } : one,
    );
    return { ...event, channels };
  }

  /** Ends its use: gives back what the weights take outside of it. */
  dispose(): void {
    this.driver.free();
  }

  /** What a saved state knows of drift; null before the first training. */
  static driftIn(state: unknown): Drift | null {
    return (state as SavedDetector).drift;
  }

  /** A detector that goes on where the saved one stood. Takes the state over; hand in a copy. */
  static restore(spec: DetectionSpec, state: unknown, createStepper: StepperFactory): Detector {
    const saved = state as SavedDetector;
    const { driver, scorer, thresholds, reading, events, closed, counters, settling } = saved;
    const detector = new Detector(spec, createStepper);
    detector.driver.load(driver);
    detector.scorer.restore(scorer);
    const { spec: thresholdSpec } = detector.alarms[0];
    detector.alarms = thresholds.map((one) => {
      return Threshold.restore(thresholdSpec, one, detector.judges);
    });
    detector.activities = saved.activities;
    detector.counters = counters;
    detector.settling = settling;
    detector.current = reading;
    detector.events = events;
    detector.closed = closed;
    detector.drift = saved.drift;
    detector.heldOutOfFirst = saved.heldOut;
    return detector;
  }

  /** `training`: scores of the training rows of an activity. */
  private newThresholds(training: (activity: number) => Float64Array): Threshold[] {
    const { threshold, mode, activities = [] } = this.spec;
    const spec = threshold ?? defaultThreshold(mode);
    const all = [NO_ACTIVITY, ...activities.keys()];
    return all.map((activity) => {
      const own = training(activity);
      // Of an activity that was hardly seen, what all the rows say has to do.
      return new Threshold(
        spec,
        own.length < ACTIVITY_ROWS_MIN ? training(NO_ACTIVITY) : own,
        this.judges,
      );
    });
  }

  private judge(): void {
    const { current: reading, alarm } = this;
    reading.threshold = alarm.value;
    const isKnown = !Number.isNaN(reading.score);
    reading.held = isKnown && alarm.push(reading.score) ? reading.score : 0;
  }

  /** Counters are shown as totals again. `before`: the last totals. */
  private write(values: Float64Array, before: Float64Array, out: Float64Array): void {
    const { current: reading, driver } = this;
    out[0] = reading.score;
    out[1] = reading.held;
    out[2] = reading.threshold;
    out[3] = reading.provisional ? 1 : 0;
    for (let k = 0; k < values.length; k++) {
      const due = dueForecast(driver.forecast!, NEAR, k);
      const prediction = this.counters.is[k] ? before[k] + due : due;
      out[channelColumn(k, 'prediction')] = prediction;
      out[channelColumn(k, 'low')] = prediction - reading.halfWidth[k];
      out[channelColumn(k, 'high')] = prediction + reading.halfWidth[k];
      out[channelColumn(k, 'residual')] = values[k] - due;
    }
  }
}
