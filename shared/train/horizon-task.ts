/**
 * Forecasts of many steps at once: windows of L values are taken off their last value, and so are
 * the H values behind them, so that the network learns shapes and not levels (Zeng et al. 2023).
 */
import type { Random } from '../math/prng.ts';
import type { EncoderDecoderSpec, SegmentsSpec } from '../model/spec.ts';
import type { Batch } from './chunks.ts';
import type { LossSpec } from './loss.ts';
import type { TrainingTask } from './task.ts';

export type HorizonSpec = SegmentsSpec | EncoderDecoderSpec;

/** Scaled values, [rows, channels]. */
export interface Channels {
  readonly rows: number;
  readonly channels: number;
  readonly values: Float64Array;
}

export interface HorizonTaskOptions {
  /** L: values that are read. */
  readonly window: number;
  /** Sequences of a batch. */
  readonly batch: number;
  readonly loss: LossSpec;
  /** Share at the end that is only looked at. */
  readonly validationFraction: number;
}

/** Held-out windows that are looked at, spread evenly over what is held out. */
const VALIDATION_WINDOWS_MAX = 256;

/** How windows become sequences: T steps of D numbers in, `steps` of D numbers out. */
export interface WindowShape {
  readonly T: number;
  readonly D: number;
  /** T' of the output. */
  readonly steps: number;
  /** L */
  readonly window: number;
  /** H: values ahead. */
  readonly horizon: number;
  /** Channels of one sequence: 1 when every channel is a sequence of its own. */
  readonly channels: number;
}

/** Throws RangeError when the window or the channels do not fit the network. */
export function windowShape(spec: HorizonSpec, window: number, channels: number): WindowShape {
  const { ahead, inputs: D } = spec;
  if (spec.kind === 'segments') {
    if (window % D !== 0 || window < D) {
      throw new RangeError(
        `A window of ${window} values is no whole number of segments of ${D}; choose a multiple.`,
      );
    }
    return { T: window / D, D, steps: ahead, window, horizon: ahead * D, channels: 1 };
  }
  if (spec.outputs !== D || (D !== 1 && D !== channels)) {
    throw new RangeError(
      `An encoder–decoder of ${D} inputs and ${spec.outputs} outputs does not fit ${channels} ` +
        'channels; as many of both were expected, or one for each channel by itself.',
    );
  }
  return { T: window, D, steps: ahead, window, horizon: ahead, channels: D };
}

/** Throws RangeError when rows are too few or hold what is no number. */
export function horizonTask(
  spec: HorizonSpec,
  data: Channels,
  options: HorizonTaskOptions,
): TrainingTask {
  const shape = windowShape(spec, options.window, data.channels);
  checkValues(data, shape);
  const trainEnd = data.rows - Math.floor(data.rows * options.validationFraction);
  const last = trainEnd - shape.horizon - shape.window;
  if (last < 0) {
    throw new RangeError(
      `The training range has ${trainEnd} rows; at least ${shape.window + shape.horizon} are ` +
        `needed for windows of ${shape.window} and forecasts of ${shape.horizon} steps.`,
    );
  }
  const { T, channels } = shape;
  const B = options.batch;
  const groups = data.channels / channels;
  const drawPlace = (random: Random): Place => ({
    first: random.integer(last + 1),
    channel: random.integer(groups) * channels,
  });
  return {
    network: spec,
    loss: options.loss,
    ...{ T, B },
    draw: (random) =>
      batchOf(
        data,
        shape,
        Array.from({ length: B }, () => drawPlace(random)),
      ),
    validation: heldOut(data, shape, trainEnd, groups),
  };
}

/** Where a sequence begins. */
interface Place {
  readonly first: number;
  readonly channel: number;
}

/** Their targets lie in what is held out; what they read may reach back before it. */
function heldOut(
  data: Channels,
  shape: WindowShape,
  trainEnd: number,
  groups: number,
): TrainingTask['validation'] {
  const from = Math.max(0, trainEnd - shape.window);
  const starts = data.rows - shape.horizon - shape.window - from + 1;
  if (trainEnd === data.rows || starts < 1) return null;
  const count = Math.min(VALIDATION_WINDOWS_MAX, starts * groups);
  const places = Array.from({ length: count }, (_, i) => {
    const place = Math.floor((i * starts * groups) / count);
    const channel = (place % groups) * shape.channels;
    return { first: from + Math.floor(place / groups), channel };
  });
  return { T: shape.T, B: count, batch: batchOf(data, shape, places) };
}

/** x [T, B, D] and target [T', B, D], both taken off the last value of the window. */
function batchOf(data: Channels, shape: WindowShape, places: readonly Place[]): Batch {
  const { T, D, steps, window, channels } = shape;
  const B = places.length;
  const x = new Float64Array(T * B * D);
  const target = new Float64Array(steps * B * D);
  const perStep = D / channels;
  places.forEach(({ first, channel }, b) => {
    const at = (row: number, c: number): number => data.values[row * data.channels + channel + c];
    const fill = (to: Float64Array, from: number, count: number): void => {
      for (let t = 0; t < count; t++) {
        for (let d = 0; d < D; d++) {
          const c = d % channels;
          const row = from + t * perStep + Math.floor(d / channels);
          to[(t * B + b) * D + d] = at(row, c) - at(first + window - 1, c);
        }
      }
    };
    fill(x, first, T);
    fill(target, first + window, steps);
  });
  return { x, target, weight: new Float64Array(target.length).fill(1 / target.length) };
}

function checkValues({ rows, channels, values }: Channels, shape: WindowShape): void {
  if (values.length < rows * channels) {
    throw new RangeError(
      `${rows} rows of ${channels} channels need ${rows * channels} values; ` +
        `${values.length} were given.`,
    );
  }
  if (shape.window >= rows) {
    throw new RangeError(
      `A window of ${shape.window} values is longer than the series of ${rows} rows; choose a ` +
        'shorter window or a longer range.',
    );
  }
  const bad = values.subarray(0, rows * channels).findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new RangeError(
    `Channel ${bad % channels} of row ${Math.floor(bad / channels)} is ${values[bad]}; a finite ` +
      'number was expected. Fill gaps before training.',
  );
}
