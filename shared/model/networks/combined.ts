/**
 * The recurrent network of primers on text, by characters: both maps read input and state as one
 * vector, and nothing bends the state.
 *
 *   c_t = [x_t, h_{t−1}],   h_t = W_ih c_t + b_ih,   y_t = W_io c_t + b_io,   h_0 = 0
 *
 * Its outputs are scores; the cross-entropy takes their log-softmax.
 */
import type { Sequence } from '../backend.ts';
import type { Graph } from '../graph.ts';
import type { ParameterShape, Weights } from '../parameters.ts';
import { checkPositive, type CombinedSpec } from '../spec.ts';
import { linearShapes, type Network, type NetworkShape } from './network-parts.ts';

export function combinedShapes({ inputs, hidden, outputs }: CombinedSpec): ParameterShape[] {
  checkPositive({ inputs, hidden, outputs });
  return [
    ...linearShapes('i2h', hidden, inputs + hidden),
    ...linearShapes('i2o', outputs, inputs + hidden),
  ];
}

export function buildCombined(
  graph: Graph,
  { inputs, hidden, reading }: CombinedSpec,
  weights: Weights,
  { T, B }: NetworkShape,
): Network {
  const of = (name: string) => weights.get(name)!;
  const x = graph.input(T, B, inputs);
  const read: Sequence[] = [];
  let h = graph.input(1, B, hidden);
  for (let t = 0; t < T; t++) {
    const c = graph.concat(graph.slice(x, t, 1), h);
    read.push(c);
    if (t < T - 1) h = graph.affine(c, of('i2h.weight'), of('i2h.bias'));
  }
  const c = reading === 'last' || T === 1 ? read[T - 1] : graph.stack(...read);
  const output = graph.affine(c, of('i2o.weight'), of('i2o.bias'));
  return { x, output, dropouts: [], forcing: null };
}
