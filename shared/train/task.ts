/** What a network is trained on: its shape, its loss, and where batches come from. */
import type { Random } from '../math/prng.ts';
import { forecasterNetwork } from '../model/forecaster.ts';
import type { ForecasterSpec, NetworkSpec } from '../model/spec.ts';
import {
  createBatch,
  drawStarts,
  fillBatch,
  fitShape,
  type Batch,
  type ChunkShape,
  type Series,
  type SeriesData,
} from './chunks.ts';
import type { LossSpec } from './loss.ts';

export interface TrainingTask {
  readonly network: NetworkSpec;
  readonly loss: LossSpec;
  /** Steps and sequences of a training batch. */
  readonly T: number;
  readonly B: number;
  /** Draws the batch of a step; the arrays are its own and filled anew at each call. */
  draw(random: Random, step: number): Batch;
  /** Rows held out, as one batch; null when nothing is. */
  readonly validation: { readonly T: number; readonly B: number; readonly batch: Batch } | null;
}

export interface ForecastTaskOptions {
  /** Sequences of a batch. */
  readonly batch: number;
  /** Steps of a chunk. */
  readonly window: number;
  readonly warmup: number;
  readonly loss: LossSpec;
  /** Probability of dropping a hidden unit before the head. */
  readonly dropout: number;
  /** Share at the end of the range that is only looked at; 0 trains on all of it. */
  readonly validationFraction: number;
}

/** Fewer held-out rows than this tell nothing. */
const VALIDATION_ROWS_MIN = 8;

/** Random chunks of a series; the rows behind the training part validate as one sequence. */
export function forecastTask(
  spec: ForecasterSpec,
  data: SeriesData,
  options: ForecastTaskOptions,
): TrainingTask {
  const series = seriesOf(spec, data);
  const { rows } = series;
  const trainEnd = rows - Math.floor(rows * options.validationFraction);
  const { window: T, batch: B, warmup } = options;
  const shape = fitShape(trainEnd, { T, B, warmup, horizons: spec.horizons });
  const batch = createBatch(series, shape);
  const network = forecasterNetwork(spec);
  return {
    network: { ...network, head: { ...network.head, dropout: options.dropout } },
    loss: options.loss,
    T: shape.T,
    B: shape.B,
    draw: (random) => {
      fillBatch(batch, series, shape, drawStarts(random, 0, trainEnd, shape));
      return batch;
    },
    validation: heldOut(series, trainEnd, shape),
  };
}

function heldOut(series: Series, trainEnd: number, shape: ChunkShape): TrainingTask['validation'] {
  const T = series.rows - trainEnd - Math.max(...shape.horizons);
  if (T < VALIDATION_ROWS_MIN) return null;
  const whole = { ...shape, T, B: 1, warmup: Math.min(shape.warmup, Math.floor(T / 3)) };
  const batch = createBatch(series, whole);
  fillBatch(batch, series, whole, [trainEnd]);
  return { T, B: 1, batch };
}

function seriesOf(
  { inputs: D, targets: K }: ForecasterSpec,
  { inputs, targets, measured, rows }: SeriesData,
): Series {
  if (inputs.length < rows * D || targets.length < rows * K) {
    throw new RangeError(
      `${rows} rows need ${rows * D} inputs and ${rows * K} targets; ` +
        `${inputs.length} and ${targets.length} were given.`,
    );
  }
  const bad = inputs.subarray(0, rows * D).findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(
      `Input ${bad % D} of row ${Math.floor(bad / D)} is ${inputs[bad]}; a finite number was ` +
        'expected. Fill gaps before training.',
    );
  }
  return { rows, inputs, targets, ...(measured && { measured }), D, K };
}
