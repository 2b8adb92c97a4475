/** Recurrent layers as ONNX has them: other orders of gates, one bias beside the other. */
import type { Recurrent, Weight } from '../backend.ts';
import type { CellName } from '../cells/cell.ts';
import type { AttributeValue, OnnxGraph } from './onnx-model.ts';
import { own, ownWeight } from './onnx-tensors.ts';

interface OnnxCell {
  readonly opType: string;
  /** Which of PyTorch's gates stands where: r, z, n as z, r, h; i, f, g, o as i, o, f, c. */
  readonly order: readonly number[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

const CELLS: Readonly<Record<CellName, OnnxCell>> = {
  'rnn-tanh': { opType: 'RNN', order: [0], attributes: { activations: ['Tanh'] } },
  'rnn-relu': { opType: 'RNN', order: [0], attributes: { activations: ['Relu'] } },
  lstm: { opType: 'LSTM', order: [0, 3, 1, 2], attributes: {} },
  // The reset gate acts behind the hidden product, as in PyTorch.
  gru: { opType: 'GRU', order: [1, 0, 2], attributes: { linear_before_reset: 1 } },
};

export function noteRecurrent(graph: OnnxGraph, terms: Recurrent): void {
  const { opType, order, attributes } = CELLS[terms.cell];
  const { weightIh, weightHh, biasIh, biasHh } = terms.weights;
  const { initial, final } = terms;
  const [GH, H] = weightHh.shape;
  const bias = [...inOrder(biasIh, order), ...inOrder(biasHh, order)];
  const given = initial ? [own(initial.h).name] : [''];
  if (terms.cell === 'lstm') given.push(initial?.c ? own(initial.c).name : '');
  const input = [
    own(terms.x).name,
    graph.floats(ownWeight(weightIh).name, [1, ...weightIh.shape], inOrder(weightIh, order)),
    graph.floats(ownWeight(weightHh).name, [1, GH, H], inOrder(weightHh, order)),
    graph.floats(`${ownWeight(biasIh).name}|hh`, [1, 2 * GH], bias),
    ...['', ...given],
  ];
  // Trailing inputs that are not given are left out.
  while (input.at(-1) === '') input.pop();
  const all = graph.newName();
  const output = [all];
  if (final) output.push(graph.newName());
  if (final?.c) output.push(graph.newName());
  const direction = terms.isReversed ? 'reverse' : 'forward';
  const more = { ...attributes, hidden_size: H, direction };
  graph.nodeOf({ opType, input, output, attributes: more });
  // [T, 1, B, H]: the second is one direction alone.
  own(terms.h).name = graph.node('Squeeze', [all, graph.integers(1)]);
  if (final) own(final.h).name = output[1];
  if (final?.c) own(final.c).name = output[2];
}

/** The rows of a weight, gate by gate in another order. */
function inOrder(weight: Weight, order: readonly number[]): Float64Array {
  const { values } = ownWeight(weight);
  const size = values.length / order.length;
  const ordered = new Float64Array(values.length);
  order.forEach((gate, place) => {
    ordered.set(values.subarray(gate * size, (gate + 1) * size), place * size);
  });
  return ordered;
}
