/** One training step of the task, over any of our backends. */
import type { Backend } from '../../../shared/model/backend.ts';
import { Graph } from '../../../shared/model/graph.ts';
import { buildNetwork, networkShapes } from '../../../shared/model/network.ts';
import {
  createWeights,
  emptyParameters,
  type Parameters,
} from '../../../shared/model/parameters.ts';
import type { NetworkSpec } from '../../../shared/model/spec.ts';
import { LEARNING_RATE, type Shape, type Task, type Weights } from './shapes.ts';

function networkOf({ D, H }: Shape): NetworkSpec {
  return {
    inputs: D,
    convolutions: [],
    recurrent: { cell: 'gru', hidden: H, layers: 1, bidirectional: false },
    head: { reading: 'last', outputs: 1 },
  };
}

function parametersOf(spec: NetworkSpec, weights: Weights): Parameters {
  const parameters = emptyParameters(networkShapes(spec));
  for (const [name, { data }] of parameters) {
    const ours = { 'head.weight': 'head', 'head.bias': 'head_bias' }[name];
    data.set(weights[ours ?? name.replace('gru.', '')]);
  }
  return parameters;
}

/** Each call does a step and answers the loss. */
export function trainingStep(backend: Backend, { shape, x, y, weights }: Task): () => number {
  const spec = networkOf(shape);
  const graph = new Graph(backend);
  const handles = createWeights(backend, networkShapes(spec), parametersOf(spec, weights));
  const network = buildNetwork(graph, spec, handles, { ...shape, isTraining: true });
  const data = (values: ArrayLike<number>) => {
    const made = graph.input(1, shape.B, 1);
    backend.write(made, values);
    return made;
  };
  backend.write(network.x, x);
  const loss = graph.note(
    backend.pointwise({
      ...({ name: 'mse', output: network.output, parameters: [0] } as const),
      target: data(y),
      weight: data(y.map(() => 1 / shape.B)),
    }),
  );
  const optimiser = backend.optimiser([...handles.values()], { name: 'adam' });
  return () => {
    graph.forward();
    graph.backward();
    optimiser.update({ learningRate: LEARNING_RATE });
    return loss.take()[0];
  };
}
