/**
 * Networks as ONNX models in float32. Sequences are time-major, [steps, batch, width], with any
 * number of steps and of rows in a batch.
 */
import { forecasterShapes, type Forecaster } from '../forecaster.ts';
import { Graph } from '../graph.ts';
import { buildNetwork, networkShapes } from '../network.ts';
import {
  createWeights,
  type Parameters,
  type ParameterShape,
  type Weights,
} from '../parameters.ts';
import type { NetworkSpec } from '../spec.ts';
import { createOnnxBackend } from './onnx-backend.ts';
import { OnnxGraph, type OnnxModel, type OnnxValue } from './onnx-model.ts';
import { noteBatchSize, own, ownWeight } from './onnx-tensors.ts';

const STEPS = 'steps';
const BATCH = 'batch';

/**
 * Input `x` [steps, batch, D], output `output` [·, batch, K].
 * @param T a number of steps that the network can read, enough for its convolutions; the network
 *   `combined` is unrolled and then reads sequences of this length alone
 * @param metadata goes along as it is
 */
export function networkToOnnx(
  spec: NetworkSpec,
  parameters: Parameters,
  T: number,
  metadata: Readonly<Record<string, string>> = {},
): OnnxModel {
  const { nodes, graph, weights } = open(networkShapes(spec), parameters, ['x']);
  // The batch's size must be known before the first constant is written down.
  noteBatchSize(nodes, 'x');
  const network = buildNetwork(graph, spec, weights, { T, B: 1, isTraining: false });
  const { x, output, forcing } = network;
  if (own(x).name !== 'x') throw new Error('A network makes its input before anything else.');
  // Nobody teaches a network that is in use.
  if (forcing)
    graph.backend.write(forcing.free, new Float64Array(forcing.free.T * output.C).fill(1));
  const isUnrolled = spec.kind === 'combined';
  nodes.node('Identity', [own(output).name], {}, 'output');
  return nodes.model(
    'network',
    [{ name: 'x', dims: [isUnrolled ? T : STEPS, BATCH, x.C] }],
    [{ name: 'output', dims: [`${STEPS}_out`, BATCH, output.C] }],
    metadata,
  );
}

/**
 * The forecaster, to be run over a stretch or step by step: inputs `u` [steps, batch, D], the last
 * values `y` [steps, batch, K] and the state `h0` [1, batch, H] (zero at the start); outputs
 * `forecast` [steps, batch, horizons·K], horizon by horizon, and the state `h` for the next call.
 */
export function forecasterToOnnx(
  { spec, parameters }: Forecaster,
  metadata: Readonly<Record<string, string>> = {},
): OnnxModel {
  const { inputs: D, targets: K, hidden: H, horizons } = spec;
  const { nodes, graph, weights } = open(forecasterShapes(spec), parameters, ['u', 'y', 'h0']);
  const [u, y, h0] = [D, K, H].map((C) => graph.input(1, 1, C));
  const of = (name: string) => weights.get(name)!;
  const { h, final } = graph.recurrent(
    'gru',
    u,
    {
      weightIh: of('gru.weight_ih_l0'),
      weightHh: of('gru.weight_hh_l0'),
      biasIh: of('gru.bias_ih_l0'),
      biasHh: of('gru.bias_hh_l0'),
    },
    { initial: { h: h0, c: null } },
  );
  const skip = weights.get('skip.weight');
  const forecast = graph.add(
    graph.concat(...horizons.map(() => y)),
    graph.affine(h, of('head.weight'), of('head.bias')),
    ...(skip ? [graph.affine(u, skip, null)] : []),
  );
  nodes.node('Identity', [own(forecast).name], {}, 'forecast');
  nodes.node('Identity', [own(final.h).name], {}, 'h');
  const all = (name: string, C: number): OnnxValue => ({ name, dims: [STEPS, BATCH, C] });
  const state = (name: string): OnnxValue => ({ name, dims: [1, BATCH, H] });
  const outputs = [all('forecast', K * horizons.length), state('h')];
  return nodes.model('forecaster', [all('u', D), all('y', K), state('h0')], outputs, metadata);
}

interface Opened {
  readonly nodes: OnnxGraph;
  readonly graph: Graph;
  readonly weights: Weights;
}

function open(
  shapes: readonly ParameterShape[],
  parameters: Parameters,
  inputs: readonly string[],
): Opened {
  const nodes = new OnnxGraph();
  const backend = createOnnxBackend(nodes, inputs);
  const weights = createWeights(backend, shapes, parameters);
  for (const [name, weight] of weights) ownWeight(weight).name = name;
  return { nodes, graph: new Graph(backend), weights };
}
