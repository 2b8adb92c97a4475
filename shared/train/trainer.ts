/**
 * Trains a forecaster: batches of random chunks, one loss over all horizons, truncated BPTT within
 * the chunk, norm clipping, AdamW on a one-cycle schedule. An async generator of epochs: between
 * two of them the caller may look, report, or stop.
 */
import { createRandom } from '../math/prng.ts';
import { emptyParameters, type Forecaster } from '../model/forecaster.ts';
import type { LossName } from '../model/losses/pointwise.ts';
import { createAdam } from '../model/optimisers/adam.ts';
import { clipNorm } from '../model/optimisers/clip.ts';
import {
  createBatch,
  drawStarts,
  fillBatch,
  fitShape,
  type ChunkShape,
  type Series,
} from './chunks.ts';
import { drawMask } from './dropout.ts';
import { createEarlyStop } from './early-stop.ts';
import { horizonLoss } from './horizon-loss.ts';
import { oneCycle } from './schedule.ts';

export interface TrainOptions {
  /** Optimiser steps in all. */
  readonly steps: number;
  /** Highest rate of the cycle. */
  readonly learningRate: number;
  readonly seed: number;
  readonly batch?: number;
  /** Steps of a chunk. */
  readonly window?: number;
  readonly warmup?: number;
  readonly weightDecay?: number;
  readonly loss?: LossName;
  /** Probability of dropping a hidden unit before the head. */
  readonly dropout?: number;
  /** Share at the end of the range that is only looked at; 0 trains on all of it. */
  readonly validationFraction?: number;
  /** Epochs without a better validation before stopping; the best weights are kept. */
  readonly patience?: number;
  readonly stepsPerEpoch?: number;
  /** Asked before each step; true ends the training with the weights so far. */
  readonly shouldStop?: () => boolean;
}

export interface EpochReport {
  /** Optimiser steps done. */
  readonly step: number;
  /** Mean loss over the steps of the epoch. */
  readonly train: number;
  readonly validation: number | null;
}

const DEFAULTS = {
  batch: 16,
  window: 48,
  warmup: 16,
  weightDecay: 1e-4,
  loss: 'huber',
  dropout: 0,
  validationFraction: 0,
  patience: Infinity,
  stepsPerEpoch: 10,
  shouldStop: () => false,
} as const;
const GRADIENT_NORM_MAX = 1;
const VALIDATION_ROWS_MIN = 8;

/**
 * inputs [rows, D], targets [rows, K]. Changes the forecaster's parameters in place; however the
 * training ends, where rows are held out they are the best by validation. Throws RangeError when
 * the rows are too few or the loss stops being a number.
 */
export async function* trainForecaster(
  forecaster: Forecaster,
  inputs: Float64Array,
  targets: Float64Array,
  rows: number,
  options: TrainOptions,
): AsyncGenerator<EpochReport, void> {
  const o = { ...DEFAULTS, ...options };
  const series = seriesOf(forecaster, inputs, targets, rows);
  const { horizons } = forecaster.spec;
  const trainEnd = rows - Math.floor(rows * o.validationFraction);
  const wanted = { T: o.window, B: o.batch, warmup: o.warmup, horizons };
  const shape = fitShape(trainEnd, wanted);
  const trainStep = createStep(forecaster, series, trainEnd, shape, o);
  const validation = createValidation(forecaster, series, trainEnd, shape, o.loss);
  const earlyStop = createEarlyStop(forecaster.parameters, o.patience);
  try {
    for (let step = 0; step < o.steps;) {
      const first = step;
      const end = Math.min(o.steps, first + o.stepsPerEpoch);
      let sum = 0;
      for (; step < end && !o.shouldStop(); step++) sum += trainStep(step);
      if (step === first) break;
      const held = validation();
      const isOver = held !== null && earlyStop.isOver(held);
      yield { step, train: sum / (step - first), validation: held };
      if (isOver || step < end) break;
    }
  } finally {
    earlyStop.restoreBest();
  }
}

type StepOptions = Required<TrainOptions>;

/** One optimiser step; answers its loss. */
function createStep(
  forecaster: Forecaster,
  series: Series,
  trainEnd: number,
  shape: ChunkShape,
  { seed, steps, learningRate: rateMax, weightDecay, dropout, loss }: StepOptions,
): (step: number) => number {
  const random = createRandom(seed);
  const gradients = emptyParameters(forecaster.spec);
  const adam = createAdam(forecaster.parameters);
  const batch = createBatch(series, shape);
  const dOutput = new Float64Array(batch.target.length);
  return (step) => {
    fillBatch(batch, series, shape, drawStarts(random, 0, trainEnd, shape));
    const pass = forecaster.forward(batch.u, batch.y, shape.T, shape.B, (g) =>
      drawMask(random, g.length, dropout),
    );
    const value = horizonLoss(pass.output, batch.target, shape, loss, dOutput);
    if (!Number.isFinite(value)) {
      throw new RangeError(
        `The training loss is ${value} at step ${step}; the data hold a value that is not a ` +
          `finite number, or the learning rate of ${rateMax} is too high.`,
      );
    }
    forecaster.backward(pass, dOutput, gradients);
    clipNorm(gradients, GRADIENT_NORM_MAX);
    const { learningRate, momentum } = oneCycle(step, steps, rateMax);
    adam.step(gradients, { learningRate, momentum, weightDecay });
    return value;
  };
}

function seriesOf(
  { spec: { inputs: D, targets: K } }: Forecaster,
  inputs: Float64Array,
  targets: Float64Array,
  rows: number,
): Series {
  if (inputs.length < rows * D || targets.length < rows * K) {
    throw new RangeError(
      `${rows} rows need ${rows * D} inputs and ${rows * K} targets; ` +
        `${inputs.length} and ${targets.length} were given.`,
    );
  }
  return { rows, inputs, targets, D, K };
}

/** The loss on the rows behind trainEnd, as one sequence; null when they are too few to tell. */
function createValidation(
  forecaster: Forecaster,
  series: Series,
  trainEnd: number,
  shape: ChunkShape,
  loss: LossName,
): () => number | null {
  const T = series.rows - trainEnd - Math.max(...shape.horizons);
  if (T < VALIDATION_ROWS_MIN) return () => null;
  const whole = { ...shape, T, B: 1, warmup: Math.min(shape.warmup, Math.floor(T / 3)) };
  const batch = createBatch(series, whole);
  fillBatch(batch, series, whole, [trainEnd]);
  const unused = new Float64Array(batch.target.length);
  return () => {
    const { output } = forecaster.forward(batch.u, batch.y, T, 1);
    return horizonLoss(output, batch.target, whole, loss, unused);
  };
}
