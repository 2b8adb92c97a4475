/**
 * Trains a forecaster: batches of random chunks, one loss over all horizons, truncated BPTT within
 * the chunk, norm clipping, AdamW on a one-cycle schedule. An async generator of epochs: between two
 * of them the caller may look, report, or stop.
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
} as const;
const GRADIENT_NORM_MAX = 1;
const VALIDATION_ROWS_MIN = 8;

/**
 * inputs [rows, D], targets [rows, K]. Changes the forecaster's parameters in place. Throws
 * RangeError when the rows are too few or the loss stops being a number.
 */
export async function* trainForecaster(
  forecaster: Forecaster,
  inputs: Float64Array,
  targets: Float64Array,
  rows: number,
  options: TrainOptions,
): AsyncGenerator<EpochReport, void> {
  const o = { ...DEFAULTS, ...options };
  const { spec } = forecaster;
  const series = { rows, inputs, targets, D: spec.inputs, K: spec.targets };
  const trainEnd = rows - Math.floor(rows * o.validationFraction);
  const wanted = { T: o.window, B: o.batch, warmup: o.warmup, horizons: spec.horizons };
  const shape = fitShape(trainEnd, wanted);
  const random = createRandom(o.seed);
  const gradients = emptyParameters(spec);
  const adam = createAdam(forecaster.parameters);
  const batch = createBatch(series, shape);
  const dOutput = new Float64Array(batch.target.length);
  const validation = createValidation(forecaster, series, trainEnd, shape, o.loss);
  const earlyStop = createEarlyStop(forecaster.parameters, o.patience);
  let sum = 0;
  for (let step = 0; step < o.steps; step++) {
    fillBatch(batch, series, shape, drawStarts(random, 0, trainEnd, shape));
    const pass = forecaster.forward(batch.u, batch.y, shape.T, shape.B, (g) =>
      drawMask(random, g.length, o.dropout),
    );
    const value = horizonLoss(pass.output, batch.target, shape, o.loss, dOutput);
    if (!Number.isFinite(value)) {
      throw new RangeError(`The loss is ${value} at step ${step}; training stopped.`);
    }
    forecaster.backward(pass, dOutput, gradients);
    clipNorm(gradients, GRADIENT_NORM_MAX);
    const { learningRate, momentum } = oneCycle(step, o.steps, o.learningRate);
    adam.step(gradients, { learningRate, momentum, weightDecay: o.weightDecay });
    sum += value;
    const inEpoch = (step % o.stepsPerEpoch) + 1;
    if (inEpoch < o.stepsPerEpoch && step + 1 < o.steps) continue;
    const held = validation();
    yield { step: step + 1, train: sum / inEpoch, validation: held };
    sum = 0;
    if (held !== null && earlyStop.isOver(held)) break;
  }
  earlyStop.restoreBest();
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
