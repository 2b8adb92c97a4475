/** A trained network over many windows: scores of the classes, and the features they rest on. */
import type { Backend } from '../model/backend.ts';
import { Graph } from '../model/graph.ts';
import { networkShapes } from '../model/network.ts';
import { buildStack } from '../model/networks/stack.ts';
import { createWeights, type Parameters } from '../model/parameters.ts';
import { scaleWindow, type Scale } from './augment.ts';
import type { RecogniserSpec } from './recogniser.ts';
import { expertRow, expertScores, type SummaryExpert } from './summary-expert.ts';
import { windowAt, type Features, type Place } from './windows.ts';

/** Of n windows. */
export interface Classified {
  /** Before the softmax [n, C]. */
  readonly scores: Float64Array;
  /** What the head reads of the states [n, R]. */
  readonly states: Float64Array;
}

export interface Classifier {
  classify(features: Features, places: readonly Place[]): Classified;
}

/** Runs B windows at once on a backend that stays the caller's; the expert's scores are added. */
export function createClassifier(
  backend: Backend,
  spec: RecogniserSpec,
  parameters: Parameters,
  scale: Scale,
  B: number,
  expert: SummaryExpert | null = null,
): Classifier {
  const { network, window, classes } = spec;
  const graph = new Graph(backend);
  const weights = createWeights(backend, networkShapes(network), parameters);
  const shape = { T: window, B, isTraining: false };
  const { x, output, read } = buildStack(graph, network, weights, shape);
  const [C, R, F] = [classes.length, read.C, network.inputs];
  const input = new Float64Array(window * B * F);
  return {
    classify: (features, places) => {
      const scores = new Float64Array(places.length * C);
      const states = new Float64Array(places.length * R);
      for (let first = 0; first < places.length; first += B) {
        const batch = places.slice(first, first + B);
        batch.forEach((place, b) => {
          const to = { out: input, first: b * F, stride: B * F };
          scaleWindow(windowAt(features, place, window), scale, to);
        });
        backend.write(x, input);
        graph.forward();
        scores.set(backend.read(output).subarray(0, batch.length * C), first * C);
        states.set(backend.read(read).subarray(0, batch.length * R), first * R);
        if (!expert) continue;
        batch.forEach((place, b) => {
          const row = expertRow(windowAt(features, place, window), scale, spec.plan.channels);
          expertScores(expert, row).forEach((score, c) => (scores[(first + b) * C + c] += score));
        });
      }
      return { scores, states };
    },
  };
}
