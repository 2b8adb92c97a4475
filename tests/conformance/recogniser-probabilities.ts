/** Recognisers of every build on made-up windows: the probabilities that a backend gives. */
import { probabilitiesOf } from '../../shared/activity/calibration.ts';
import { recogniserNetwork } from '../../shared/activity/recogniser.ts';
import { createClassifier } from '../../shared/activity/classifier.ts';
import type { Place } from '../../shared/activity/windows.ts';
import { NETWORKS, type RecogniserNetwork } from '../../shared/domain/recogniser.ts';
import { createRandom } from '../../shared/math/prng.ts';
import type { Backend } from '../../shared/model/backend.ts';
import { networkShapes } from '../../shared/model/network.ts';
import { drawParameters } from '../../shared/model/parameters.ts';

const CLASSES = ['sit', 'stand', 'walk', 'lie', 'climb', 'fall'];
const PLAN = { channels: 6, triplets: [0, 3], acceleration: 0 };
const WINDOW = 128;
const HOP = 32;
const WINDOWS = 12;
/** Scores as far apart as those of a trained network. */
const SHARPNESS = 20;

/** [WINDOWS, CLASSES] by the name of the network; the backend stays the caller's. */
export function probabilitiesOn(
  createBackend: () => Backend,
): Readonly<Record<RecogniserNetwork, number[]>> {
  const entries = NETWORKS.map((name) => [name, ofNetwork(createBackend(), name)] as const);
  return Object.fromEntries(entries) as Record<RecogniserNetwork, number[]>;
}

function ofNetwork(backend: Backend, name: RecogniserNetwork): number[] {
  const network = recogniserNetwork(name, PLAN, CLASSES.length);
  const random = createRandom(11);
  const parameters = drawParameters(networkShapes(network), random);
  const head = parameters.get('head.weight')!;
  head.data.forEach((value, i) => (head.data[i] = SHARPNESS * value));
  const spec = {
    ...{ classes: CLASSES, channels: [], plan: PLAN, stepMs: 20, window: WINDOW, hop: HOP },
    network,
  };
  const F = network.inputs;
  const samples = WINDOW + HOP * (WINDOWS - 1);
  // Levels that change now and then, so that no two windows look alike.
  const levels = Array.from({ length: Math.ceil(samples / HOP) * F }, () => 3 * random.normal());
  const values = Float32Array.from({ length: samples * F }, (_, i) => {
    const sample = Math.floor(i / F);
    return levels[Math.floor(sample / HOP) * F + (i % F)] + random.normal();
  });
  const features = { count: F, recordings: [values], valid: [new Uint8Array(samples).fill(1)] };
  const places = Array.from({ length: WINDOWS }, (_, i): Place => {
    return { recording: 0, first: i * HOP, label: -1 };
  });
  const scale = { mean: new Float64Array(F).fill(0.1), deviation: new Float64Array(F).fill(1.7) };
  try {
    const classifier = createClassifier(backend, spec, parameters, scale, 5);
    const { scores } = classifier.classify(features, places);
    return [...probabilitiesOf(scores, WINDOWS, 1.3)];
  } finally {
    backend.dispose();
  }
}

/** The largest difference between two backends' answers, over all networks. */
export function furthest(
  a: ReturnType<typeof probabilitiesOn>,
  b: ReturnType<typeof probabilitiesOn>,
): number {
  return Math.max(...NETWORKS.flatMap((name) => a[name].map((p, i) => Math.abs(p - b[name][i]))));
}
