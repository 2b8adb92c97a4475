/**
 * Segment GRU (after SegRNN, Lin et al. 2023): forecasts many steps by few, as it reads and writes
 * whole segments of w values.
 *
 *   e_t = relu(W_e x_t + b_e)          x_t [w] the t-th segment, taken off its window's last value
 *   h_T = GRU(e_1..T)
 *   g_j = GRU(p_j, h_T)                one step of the same cell from h_T, for every segment ahead
 *   y_j = W_o g_j + b_o                [w]
 *
 * p_j is learnt: which segment ahead this is. It is written W_p 1_j, 1_j being 1 at place j.
 */
import type { Sequence } from '../backend.ts';
import type { Graph } from '../graph.ts';
import type { ParameterShape, Weights } from '../parameters.ts';
import { recurrentShapes, weightsOf } from '../recurrent.ts';
import { checkDropout, checkPositive, type SegmentsSpec } from '../spec.ts';
import { dropoutsOf, linearShapes, type Network, type NetworkShape } from './network-parts.ts';

const PREFIX = 'gru.';
/** Standard deviation of the position vectors at the start, uniform here. */
const POSITION_SPREAD = 0.1;

export function segmentsShapes(spec: SegmentsSpec): ParameterShape[] {
  const { inputs: w, hidden, ahead, dropout = 0 } = spec;
  checkPositive({ inputs: w, hidden, ahead });
  checkDropout(dropout);
  const cell = { cell: 'gru', inputs: hidden, hidden, layers: 1, bidirectional: false } as const;
  return [
    ...linearShapes('segment', hidden, w),
    ...recurrentShapes(cell, PREFIX),
    {
      ...{ name: 'position.weight', shape: [hidden, ahead], gates: 1 },
      bound: POSITION_SPREAD * Math.sqrt(3),
    },
    ...linearShapes('head', w, hidden),
  ];
}

export function buildSegments(
  graph: Graph,
  { inputs: w, ahead, dropout: probability }: SegmentsSpec,
  weights: Weights,
  shape: NetworkShape,
): Network {
  const of = (name: string) => weights.get(name)!;
  const { dropouts, dropout } = dropoutsOf(graph, shape);
  const x = graph.input(shape.T, shape.B, w);
  const segments = graph.affine(x, of('segment.weight'), of('segment.bias'));
  const cell = weightsOf(weights, PREFIX, 'l0');
  const { final } = graph.recurrent('gru', graph.activation('relu', segments), cell);
  const decoded = Array.from({ length: ahead }, (_, j) => {
    const position = graph.affine(oneAt(graph, j, ahead, shape.B), of('position.weight'), null);
    return graph.recurrent('gru', position, cell, { initial: final }).h;
  });
  const states = dropout(ahead === 1 ? decoded[0] : graph.stack(...decoded), probability);
  const output = graph.affine(states, of('head.weight'), of('head.bias'));
  return { x, output, dropouts, forcing: null };
}

/** 1 at place j of every row, [1, B, places]. */
function oneAt(graph: Graph, j: number, places: number, B: number): Sequence {
  const made = graph.input(1, B, places);
  const ones = Float64Array.from({ length: B * places }, (_, i) => (i % places === j ? 1 : 0));
  graph.backend.write(made, ones);
  return made;
}
