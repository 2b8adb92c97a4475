/** What a trained network answers, batch by batch. */
import type { Backend } from '../model/backend.ts';
import { Graph } from '../model/graph.ts';
import { buildNetwork, networkShapes } from '../model/network.ts';
import { createWeights, type Parameters } from '../model/parameters.ts';
import type { NetworkSpec } from '../model/spec.ts';

const SEQUENCES_PER_BATCH = 256;

/**
 * Outputs [N, T', K] of sequences [N, T, D]. Nothing is dropped out, norms use their running
 * statistics, decoders read what they gave.
 */
export function predict(
  backend: Backend,
  network: NetworkSpec,
  parameters: Parameters,
  inputs: Float64Array,
  T: number,
): Float64Array {
  const D = network.inputs;
  const N = inputs.length / (T * D);
  if (!Number.isInteger(N)) {
    throw new RangeError(`${inputs.length} numbers are no sequences of ${T} steps of ${D} inputs.`);
  }
  if (N === 0) return new Float64Array(0);
  const B = Math.min(N, SEQUENCES_PER_BATCH);
  const graph = new Graph(backend);
  const weights = createWeights(backend, networkShapes(network), parameters);
  const { x, output, forcing } = buildNetwork(graph, network, weights, { T, B, isTraining: false });
  if (forcing) {
    const { T: steps, C } = forcing.free;
    backend.write(forcing.free, new Float64Array(steps * B * C).fill(1));
  }
  const size = output.T * output.C;
  const answers = new Float64Array(N * size);
  const batch = new Float64Array(T * B * D);
  for (let first = 0; first < N; first += B) {
    const rows = Math.min(B, N - first);
    for (let b = 0; b < rows; b++) {
      for (let t = 0; t < T; t++) {
        const from = ((first + b) * T + t) * D;
        batch.set(inputs.subarray(from, from + D), (t * B + b) * D);
      }
    }
    backend.write(x, batch);
    graph.forward();
    const found = backend.read(output);
    for (let b = 0; b < rows; b++) {
      for (let t = 0; t < output.T; t++) {
        const from = (t * B + b) * output.C;
        const to = (first + b) * size + t * output.C;
        answers.set(found.subarray(from, from + output.C), to);
      }
    }
  }
  return answers;
}
