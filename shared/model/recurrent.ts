/**
 * A stack of recurrent layers, one way or both, as torch.nn.RNN, LSTM and GRU compose them: the
 * output of a layer, dropped out, is the input of the next; a layer that reads both ways puts the
 * backward half behind the forward half at every step.
 */
import type { CellState, CellWeights, Sequence } from './backend.ts';
import { cells } from './cells/cell.ts';
import type { Graph } from './graph.ts';
import type { ParameterShape, Weights } from './parameters.ts';
import { checkRecurrentSpec, type RecurrentSpec } from './spec.ts';

/** Parameter shapes by PyTorch's names behind the prefix; ±1/√H as PyTorch starts them. */
export function recurrentShapes(spec: RecurrentSpec, prefix = ''): ParameterShape[] {
  checkRecurrentSpec(spec);
  const { inputs, hidden: H, layers, bidirectional } = spec;
  const { gates } = cells[spec.cell];
  const common = { gates, bound: 1 / Math.sqrt(H) };
  const shapes: ParameterShape[] = [];
  for (let l = 0; l < layers; l++) {
    const D = l === 0 ? inputs : (bidirectional ? 2 : 1) * H;
    for (const suffix of suffixes(spec, l)) {
      const add = (name: string, shape: readonly number[]): void => {
        shapes.push({ ...common, name: `${prefix}${name}_${suffix}`, shape });
      };
      add('weight_ih', [gates * H, D]);
      add('weight_hh', [gates * H, H]);
      add('bias_ih', [gates * H]);
      add('bias_hh', [gates * H]);
    }
  }
  return shapes;
}

export interface StackOptions {
  readonly prefix?: string;
  /** One per layer and direction, in PyTorch's order; zero states when not given. */
  readonly initial?: readonly CellState[];
  /** Drops out the output of every layer but the last. */
  readonly drop?: (h: Sequence) => Sequence;
}

export interface StackOutput {
  /** [T, B, directions · H] */
  readonly h: Sequence;
  /** After the last step of each layer and direction, in PyTorch's order. */
  readonly final: readonly CellState[];
}

export function recurrentStack(
  graph: Graph,
  spec: RecurrentSpec,
  weights: Weights,
  x: Sequence,
  { prefix = '', initial, drop = (h) => h }: StackOptions = {},
): StackOutput {
  const final: CellState[] = [];
  let h = x;
  for (let l = 0; l < spec.layers; l++) {
    if (l > 0) h = drop(h);
    const below = h;
    const halves = suffixes(spec, l).map((suffix, direction) => {
      const half = graph.recurrent(spec.cell, below, weightsOf(weights, prefix, suffix), {
        initial: initial?.[final.length] ?? null,
        isReversed: direction === 1,
      });
      final.push(half.final);
      return half.h;
    });
    h = halves.length === 1 ? halves[0] : graph.concat(...halves);
  }
  return { h, final };
}

function suffixes({ bidirectional }: RecurrentSpec, layer: number): string[] {
  return bidirectional ? [`l${layer}`, `l${layer}_reverse`] : [`l${layer}`];
}

/** Of one layer and direction, by PyTorch's suffix. */
export function weightsOf(weights: Weights, prefix: string, suffix: string): CellWeights {
  return {
    weightIh: weights.get(`${prefix}weight_ih_${suffix}`)!,
    weightHh: weights.get(`${prefix}weight_hh_${suffix}`)!,
    biasIh: weights.get(`${prefix}bias_ih_${suffix}`)!,
    biasHh: weights.get(`${prefix}bias_hh_${suffix}`)!,
  };
}
