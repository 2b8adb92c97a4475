/** From what people ask for, and what they labelled, to how a recogniser is built. */
import type { RecogniserOptions } from '../domain/recogniser.ts';
import type { ChannelPlan } from './features.ts';
import { recogniserNetwork, type RecogniserSpec } from './recogniser.ts';

/** Samples of a window, and of the shortest one that still shows a course. */
const WINDOW = 128;
const WINDOW_MIN = 16;
/** Answers per window. */
const HOPS = 4;
/** Movement is told at 50 Hz; what comes faster is taken to that. */
const STEP_MS_MIN = 20;

/** A label counts as a whole number of these: hops are whole, and both strides fit. */
const GRAIN = 4 * HOPS;

export interface LabelledClass {
  readonly name: string;
  /** The longest label of it, ms. */
  readonly longestMs: number;
}

/**
 * `channels`: names that every stream has. `periodMs`: the longest usual step among the streams.
 * Throws RangeError in words where the options do not fit.
 */
export function planRecogniser(
  options: RecogniserOptions,
  channels: readonly string[],
  classes: readonly LabelledClass[],
  periodMs: number,
): RecogniserSpec {
  const { plan, order } = planChannels(options, channels);
  const { stepMs, window } = planWindow(options, classes, periodMs);
  return {
    classes: classes.map(({ name }) => name),
    ...{ channels: order, plan, stepMs, window, hop: window / HOPS },
    network: recogniserNetwork(options.network ?? 'conv-gru', plan, classes.length),
  };
}

/** Triplets first, as a plan names them by their first channel. */
function planChannels(
  { triplets = [], acceleration, channels }: RecogniserOptions,
  known: readonly string[],
): { plan: ChannelPlan; order: readonly string[] } {
  const chosen = channels ?? known;
  const turning = triplets.flat();
  const missing = [...chosen, ...turning].find((name) => !known.includes(name));
  if (missing !== undefined) {
    throw new RangeError(
      `Not every recording has a channel "${missing}"; choose among ${known.join(', ')}.`,
    );
  }
  if (new Set(turning).size < turning.length) {
    throw new RangeError('A channel stands in two triplets; each belongs to one at most.');
  }
  if (acceleration !== undefined && acceleration >= triplets.length) {
    throw new RangeError(
      `Triplet ${acceleration} was named as acceleration, of ${triplets.length} triplets.`,
    );
  }
  const order = [...turning, ...chosen.filter((name) => !turning.includes(name))];
  const plan = {
    channels: order.length,
    triplets: triplets.map((_, k) => 3 * k),
    acceleration: acceleration === undefined ? null : 3 * acceleration,
  };
  return { plan, order };
}

function planWindow(
  { windowMs }: RecogniserOptions,
  classes: readonly LabelledClass[],
  periodMs: number,
): Pick<RecogniserSpec, 'stepMs' | 'window'> {
  const period = Math.max(STEP_MS_MIN, periodMs);
  if (windowMs !== undefined) {
    const stepMs = Math.max(period, windowMs / WINDOW);
    return { stepMs, window: whole(windowMs / stepMs) };
  }
  // Half of the shortest activity's longest label: two windows of it, to learn and to judge by.
  const shortest = Math.min(...classes.map(({ longestMs }) => longestMs));
  return { stepMs: period, window: whole(Math.min(WINDOW, shortest / 2 / period)) };
}

function whole(samples: number): number {
  return Math.max(WINDOW_MIN, GRAIN * Math.floor(samples / GRAIN + 1e-6));
}
