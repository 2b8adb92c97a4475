/**
 * Convolutions → recurrent stack → head.
 *
 *   c = relu(norm(conv(x)))                each convolution in turn, the norm where asked for
 *   h_1..T = stack(c)
 *   y_t = V h_t + b (+ L x_t)              reading `steps`, the skip when there is one
 *   y   = V r + b                          r = h_T, the mean or max of h, or Σ α_t h_t
 *
 * Attention weighs by α = softmax over t of v·tanh(W h_t + w).
 */
import type { Sequence, Weight } from '../backend.ts';
import type { Graph } from '../graph.ts';
import { dropoutsOf, type Network, type NetworkShape } from './network-parts.ts';
import type { ParameterShape, Weights } from '../parameters.ts';
import { recurrentShapes, recurrentStack } from '../recurrent.ts';
import {
  checkDropout,
  checkPositive,
  READINGS,
  type ConvolutionSpec,
  type StackSpec,
  type RecurrentSpec,
} from '../spec.ts';

export function stackShapes(spec: StackSpec): ParameterShape[] {
  checkStackSpec(spec);
  const { head, inputs } = spec;
  const stack = stackOf(spec);
  const width = stack.hidden * (stack.bidirectional ? 2 : 1);
  const shapes: ParameterShape[] = [];
  const add = (name: string, shape: readonly number[], fanIn: number): void => {
    shapes.push({ name, shape, gates: 1, bound: 1 / Math.sqrt(fanIn) });
  };
  let D = inputs;
  spec.convolutions.forEach(({ outputs, width: taps, isNormalised }, i) => {
    add(`conv.${i}.weight`, [outputs, D, taps], D * taps);
    if (isNormalised) shapes.push(...normShapes(`norm.${i}`, outputs));
    else add(`conv.${i}.bias`, [outputs], D * taps);
    D = outputs;
  });
  shapes.push(...recurrentShapes(stack, prefixOf(stack)));
  if (head.reading === 'attention') {
    add('attention.weight', [width, width], width);
    add('attention.bias', [width], width);
    add('attention.v', [width], width);
  }
  const read = head.reading === 'mean-max' ? 2 * width : width;
  add('head.weight', [head.outputs, read], read);
  add('head.bias', [head.outputs], read);
  if (head.hasSkip) add('skip.weight', [head.outputs, inputs], inputs);
  return shapes;
}

export interface StackNetwork extends Network {
  /** What the head reads of the states, [T', B, R]. */
  readonly read: Sequence;
}

export function buildStack(
  graph: Graph,
  spec: StackSpec,
  weights: Weights,
  shape: NetworkShape,
): StackNetwork {
  const { head } = spec;
  const stack = stackOf(spec);
  const x = graph.input(shape.T, shape.B, spec.inputs);
  const { dropouts, dropout } = dropoutsOf(graph, shape);
  const c = convolve(graph, spec, weights, x, shape.isTraining);
  const { h } = recurrentStack(graph, stack, weights, c, {
    prefix: prefixOf(stack),
    drop: (below) => dropout(below, stack.dropout),
  });
  const read = readStates(graph, spec, weights, h);
  const r = dropout(read, head.dropout);
  const y = graph.affine(r, weights.get('head.weight')!, weights.get('head.bias')!);
  const skip = weights.get('skip.weight');
  const output = skip ? graph.add(y, graph.affine(x, skip, null)) : y;
  return { x, read, output, dropouts, forcing: null };
}

function convolve(
  graph: Graph,
  { convolutions }: StackSpec,
  weights: Weights,
  x: Sequence,
  isTraining: boolean,
): Sequence {
  let c = x;
  convolutions.forEach(({ outputs, stride, padding, isNormalised }, i) => {
    const of = (name: string): Weight => weights.get(name)!;
    // A norm takes any bias off again, so that one there would only gather noise.
    const bias = isNormalised ? graph.backend.weight([outputs]) : of(`conv.${i}.bias`);
    c = graph.convolution(c, of(`conv.${i}.weight`), bias, stride, padding);
    if (isNormalised) {
      c = graph.batchNorm({
        x: c,
        gamma: of(`norm.${i}.weight`),
        beta: of(`norm.${i}.bias`),
        runningMean: of(`norm.${i}.running_mean`),
        runningVariance: of(`norm.${i}.running_var`),
        isTraining,
      });
    }
    c = graph.activation('relu', c);
  });
  return c;
}

/** As torch.nn.BatchNorm1d names and starts them. */
function normShapes(name: string, channels: number): ParameterShape[] {
  const common = { shape: [channels], gates: 1, bound: 0 };
  return [
    { ...common, name: `${name}.weight`, centre: 1 },
    { ...common, name: `${name}.bias` },
    { ...common, name: `${name}.running_mean`, isStatistic: true },
    { ...common, name: `${name}.running_var`, centre: 1, isStatistic: true },
  ];
}

function readStates(graph: Graph, spec: StackSpec, weights: Weights, h: Sequence): Sequence {
  switch (spec.head.reading) {
    case 'steps':
      return h;
    case 'last':
      return graph.slice(h, h.T - 1, 1);
    case 'mean':
      return graph.mean(h);
    case 'max':
      return graph.max(h);
    case 'mean-max':
      return graph.concat(graph.mean(h), graph.max(h));
    case 'attention': {
      const [weight, bias] = [weights.get('attention.weight')!, weights.get('attention.bias')!];
      return graph.attention(graph.affine(h, weight, bias), null, weights.get('attention.v')!, h);
    }
  }
}

function stackOf(spec: StackSpec): RecurrentSpec {
  return { ...spec.recurrent, inputs: spec.convolutions.at(-1)?.outputs ?? spec.inputs };
}

/** PyTorch's module of the cell. */
export function prefixOf({ cell }: Pick<RecurrentSpec, 'cell'>): string {
  return cell === 'rnn-tanh' || cell === 'rnn-relu' ? 'rnn.' : `${cell}.`;
}

function checkStackSpec({ inputs, convolutions, head }: StackSpec): void {
  checkPositive({ inputs, outputs: head.outputs });
  checkDropout(head.dropout ?? 0);
  if (!READINGS.includes(head.reading)) {
    throw new RangeError(
      `There is no reading "${String(head.reading)}"; choose among ${READINGS.join(', ')}.`,
    );
  }
  convolutions.forEach(checkConvolution);
  if (!head.hasSkip) return;
  if (head.reading === 'steps' && convolutions.every(({ stride }) => stride === 1)) return;
  throw new RangeError(
    `A skip past the states needs one output per input step; the head reads "${head.reading}".`,
  );
}

function checkConvolution({ outputs, width, stride, padding }: ConvolutionSpec): void {
  checkPositive({ outputs, width, stride });
  if (Number.isInteger(padding) && padding >= 0) return;
  throw new RangeError(`padding is ${padding}; a whole number from 0 on was expected.`);
}
