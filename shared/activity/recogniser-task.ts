/** Training a recogniser: batches of labelled windows, varied as they are drawn. */
import { createRandom } from '../math/prng.ts';
import { crossEntropyCoefficients, type LossSpec } from '../train/loss.ts';
import type { TrainingTask } from '../train/task.ts';
import type { Batch } from '../train/chunks.ts';
import { createAugment, scaleWindow, type Scale, type WindowTarget } from './augment.ts';
import { featureTriplets } from './features.ts';
import type { RecogniserSpec } from './recogniser.ts';
import { windowAt, type Features, type Place } from './windows.ts';

const SMOOTHING = 0.05;
export const BATCH = 64;
const NOISE_SEED = 1;
const CROSS_ENTROPY: LossSpec = { name: 'cross-entropy' };

export interface RecogniserData {
  readonly features: Features;
  readonly training: readonly Place[];
  /** Windows of recordings or people that are not trained on; may be empty. */
  readonly held: readonly Place[];
}

/** Throws RangeError when nothing is labelled. */
export function recogniserTask(
  spec: RecogniserSpec,
  scale: Scale,
  { features, training, held }: RecogniserData,
): TrainingTask {
  if (training.length === 0) {
    throw new RangeError(
      `No label holds a whole window of ${spec.window} samples; longer labels were expected.`,
    );
  }
  const C = spec.classes.length;
  const B = Math.min(BATCH, training.length);
  const weights = classWeights(training, C);
  const triplets = featureTriplets(spec.plan);
  const augment =
    triplets.length > 0 ? createAugment(scale, triplets, createRandom(NOISE_SEED)) : null;
  const batch = emptyBatch(spec, B);
  return {
    network: spec.network,
    loss: CROSS_ENTROPY,
    T: spec.window,
    B,
    draw: (random) => {
      const drawn = Array.from({ length: B }, () => training[random.integer(training.length)]);
      drawn.forEach((place, b) => {
        const to = targetOf(batch, b, B, features.count);
        const window = windowAt(features, place, spec.window);
        if (augment) augment(window, to, random);
        else scaleWindow(window, scale, to);
      });
      batch.target.set(coefficientsOf(drawn, C, { smoothing: SMOOTHING, weights }));
      return batch;
    },
    validation: held.length === 0 ? null : validationOf(spec, scale, features, held),
  };
}

function validationOf(
  spec: RecogniserSpec,
  scale: Scale,
  features: Features,
  held: readonly Place[],
): TrainingTask['validation'] {
  const B = held.length;
  const batch = emptyBatch(spec, B);
  held.forEach((place, b) => {
    const to = targetOf(batch, b, B, features.count);
    scaleWindow(windowAt(features, place, spec.window), scale, to);
  });
  batch.target.set(coefficientsOf(held, spec.classes.length, {}));
  return { T: spec.window, B, batch };
}

function emptyBatch({ window, network, classes }: RecogniserSpec, B: number): Batch {
  return {
    x: new Float64Array(window * B * network.inputs),
    target: new Float64Array(B * classes.length),
    weight: new Float64Array(0),
  };
}

function targetOf({ x }: Batch, b: number, B: number, F: number): WindowTarget {
  return { out: x, first: b * F, stride: B * F };
}

function coefficientsOf(
  places: readonly Place[],
  C: number,
  options: Parameters<typeof crossEntropyCoefficients>[2],
): Float64Array {
  const labels = places.map(({ label }) => label);
  return crossEntropyCoefficients(labels, C, options);
}

/** 1/√n of each class, so that rare ones are heard without drowning the others; mean 1. */
function classWeights(places: readonly Place[], C: number): number[] {
  const counts = new Array<number>(C).fill(0);
  for (const { label } of places) counts[label]++;
  const weights = counts.map((count) => 1 / Math.sqrt(Math.max(1, count)));
  const mean = weights.reduce((sum, w, c) => sum + w * counts[c], 0) / places.length;
  return weights.map((w) => w / mean);
}

/** Mean and deviation of every feature over these windows. */
export function fitFeatureScale(
  features: Features,
  places: readonly Place[],
  window: number,
): Scale {
  const F = features.count;
  const [sums, squares] = [new Float64Array(F), new Float64Array(F)];
  for (const place of places) {
    windowAt(features, place, window).forEach((value, i) => {
      sums[i % F] += value;
      squares[i % F] += value * value;
    });
  }
  const n = places.length * window;
  const mean = sums.map((sum) => sum / n);
  const deviation = squares.map((square, f) => {
    const spread = Math.sqrt(Math.max(0, square / n - mean[f] ** 2));
    return spread > 1e-9 * Math.max(1, Math.abs(mean[f])) ? spread : 1;
  });
  return { mean, deviation };
}
