/**
 * Trains a network by steps: a batch, forward, loss, backward, an update. What it needs to go on is
 * plain data, so that a training can stop at any step and go on elsewhere with the same numbers.
 */
import type { LayerGradients } from '../domain/model.ts';
import { createRandom, resumeRandom, type Random, type RandomState } from '../math/prng.ts';
import type { Backend, Optimiser, OptimiserState, Weight } from '../model/backend.ts';
import { networkShapes } from '../model/network.ts';
import type { OptimiserRule } from '../model/optimisers/rule.ts';
import { createWeights, readWeights, type Parameters, type Weights } from '../model/parameters.ts';
import { createEarlyStopState, isBest, type EarlyStopState } from './early-stop.ts';
import { layerGradients } from './gradient-statistics.ts';
import { createProgram, type Program, type ProgramShape } from './program.ts';
import {
  createScheduleState,
  noteValidation,
  scheduled,
  type ScheduleSpec,
  type ScheduleState,
} from './schedule.ts';
import type { TrainingTask } from './task.ts';

export interface TrainerOptions {
  /** Updates in all. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** Highest rate of the schedule. */
  readonly learningRate: number;
  readonly schedule: ScheduleSpec;
  readonly optimiser: OptimiserRule;
  readonly weightDecay: number;
  readonly l1: number;
  readonly clipNorm?: number;
  readonly clipValue?: number;
  /** Epochs without a better validation before stopping; the best weights are kept. */
  readonly patience: number;
  readonly seed: number;
}

export interface EpochReport {
  /** Updates done. */
  readonly step: number;
  /** Mean loss over the steps of the epoch. */
  readonly train: number;
  readonly validation: number | null;
  /** Share of the held-out rows whose largest score is the right one; null but for classes. */
  readonly accuracy: number | null;
  /** Of the last step. */
  readonly gradients: LayerGradients;
}

/** Why it ended; `diverged`: the loss was no number any more, and the last good weights stay. */
export type TrainingEnd = 'steps' | 'patience' | 'diverged';

/** Arrays by parameter name. */
export type Numbers = Readonly<Record<string, Float64Array>>;

/** All a training needs to go on. */
export interface TrainerState {
  readonly step: number;
  readonly end: TrainingEnd | null;
  /** Sum of the losses of the epoch in hand. */
  readonly epochLoss: number;
  readonly random: RandomState;
  readonly current: Numbers;
  /** The best weights by validation, else those of the last whole epoch; null before it. */
  readonly kept: Numbers | null;
  readonly optimiser: OptimiserState;
  readonly schedule: ScheduleState;
  readonly earlyStop: EarlyStopState;
}

export class Trainer {
  /** Updates done. */
  step = 0;
  /** Null while it may go on. */
  end: TrainingEnd | null = null;
  private epochLoss = 0;
  private kept: Numbers | null = null;
  private schedule = createScheduleState();
  private earlyStop = createEarlyStopState();
  private random: Random;
  private readonly backend: Backend;
  private readonly task: TrainingTask;
  private readonly options: TrainerOptions;
  private readonly parameters: Parameters;
  private readonly weights: Weights;
  private readonly learnt: readonly (readonly [string, Weight])[];
  private readonly optimiser: Optimiser;
  private readonly training: Program;
  private readonly validation: Program | null;

  /** Starts from the parameters, which stay untouched until `finish`. */
  constructor(
    backend: Backend,
    task: TrainingTask,
    parameters: Parameters,
    options: TrainerOptions,
  ) {
    this.backend = backend;
    this.task = task;
    this.options = options;
    this.parameters = parameters;
    this.random = createRandom(options.seed);
    const { network, loss, T, B, validation } = task;
    const shapes = networkShapes(network);
    this.weights = createWeights(backend, shapes, parameters);
    this.learnt = shapes
      .filter(({ isStatistic }) => !isStatistic)
      .map(({ name }) => [name, this.weights.get(name)!]);
    this.optimiser = backend.optimiser(
      this.learnt.map(([, weight]) => weight),
      options.optimiser,
    );
    const program = (shape: ProgramShape): Program =>
      createProgram(backend, network, this.weights, loss, shape);
    this.training = program({ T, B, isTraining: true });
    this.validation =
      validation && program({ T: validation.T, B: validation.B, isTraining: false });
    this.validation?.load(validation!.batch, this.random);
    if (options.steps === 0) this.end = 'steps';
  }

  /** One update; answers a report when it completes an epoch. */
  advance(): EpochReport | null {
    const { options, training } = this;
    training.load(this.task.draw(this.random, this.step), this.random);
    training.forward();
    training.backward();
    const { steps, learningRate, weightDecay, l1, clipNorm, clipValue } = options;
    this.optimiser.update({
      ...scheduled(options.schedule, this.step, steps, learningRate, this.schedule),
      ...{ weightDecay, l1, clipNorm, clipValue },
    });
    this.step++;
    const isEpoch = this.step % options.stepsPerEpoch === 0 || this.step === steps;
    return isEpoch ? this.completeEpoch() : null;
  }

  /** Writes the weights to keep into the parameters. */
  finish(): void {
    if (this.end === 'diverged' || (this.validation && this.kept)) {
      for (const [name, data] of Object.entries(this.kept!)) {
        this.parameters.get(name)!.data.set(data);
      }
    } else {
      readWeights(this.backend, this.weights, this.parameters);
    }
  }

  state(): TrainerState {
    this.gatherLosses();
    const { step, end, epochLoss, random, kept, optimiser, schedule, earlyStop } = this;
    return {
      ...{ step, end, epochLoss, kept },
      random: random.state(),
      current: this.readAll(),
      optimiser: optimiser.save(),
      schedule: { ...schedule },
      earlyStop: { ...earlyStop },
    };
  }

  /** Goes on where a trainer of the same task and options stood. */
  restore(state: TrainerState): void {
    this.step = state.step;
    this.end = state.end;
    this.epochLoss = state.epochLoss;
    this.kept = state.kept;
    this.random = resumeRandom(state.random);
    this.schedule = { ...state.schedule };
    this.earlyStop = { ...state.earlyStop };
    this.optimiser.load(state.optimiser);
    for (const [name, weight] of this.weights) this.backend.write(weight, state.current[name]);
  }

  private completeEpoch(): EpochReport {
    const { step, options, validation } = this;
    const stepsOfEpoch = ((step - 1) % options.stepsPerEpoch) + 1;
    this.gatherLosses();
    const train = this.epochLoss / stepsOfEpoch;
    this.epochLoss = 0;
    validation?.forward();
    const held = validation ? validation.takeLosses()[0] : null;
    const accuracy = validation?.accuracy() ?? null;
    const gradients = this.learnt.map(
      ([name, weight]) => [name, this.backend.read(weight, 'gradient')] as const,
    );
    const report = {
      step,
      train,
      validation: held,
      accuracy,
      gradients: layerGradients(gradients),
    };
    if (!Number.isFinite(train) || (held !== null && !Number.isFinite(held))) {
      this.diverge(report);
      return report;
    }
    if (step === options.steps) this.end = 'steps';
    if (held === null) {
      this.kept = this.readAll();
      return report;
    }
    noteValidation(options.schedule, this.schedule, held);
    if (isBest(this.earlyStop, held)) this.kept = this.readAll();
    else if (this.earlyStop.worse >= options.patience) this.end = 'patience';
    return report;
  }

  /** One by one, so that the sum's bits do not tell when it was asked for. */
  private gatherLosses(): void {
    for (const loss of this.training.takeLosses()) this.epochLoss += loss;
  }

  /** Throws RangeError when there is no good epoch to fall back to. */
  private diverge({ step, train }: EpochReport): void {
    if (!this.kept) {
      throw new RangeError(
        `The training loss is ${train} by step ${step}, in the first epoch: the learning rate of ` +
          `${this.options.learningRate} is too high for these data; choose a smaller one.`,
      );
    }
    this.end = 'diverged';
  }

  private readAll(): Record<string, Float64Array> {
    const all = [...this.weights].map(([name, weight]) => [name, this.backend.read(weight)]);
    return Object.fromEntries(all) as Record<string, Float64Array>;
  }
}
