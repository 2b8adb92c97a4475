/**
 * A backend that computes nothing: each kernel writes down the ONNX nodes that would. Networks are
 * built over it as over any other, so whatever can be built can be exported.
 */
import {
  BATCH_NORM,
  type Affine,
  type Attention,
  type Backend,
  type BatchNorm,
  type Convolution,
  type Kernel,
  type Sequence,
} from '../backend.ts';
import { noteRecurrent } from './onnx-cells.ts';
import type { OnnxGraph } from './onnx-model.ts';
import { OnnxSequence, OnnxWeight, own, ownWeight } from './onnx-tensors.ts';

/** Reaches the end of any axis. */
const END = Number.MAX_SAFE_INTEGER;

/** @param inputs names of the model's inputs: the sequences that are made first */
export function createOnnxBackend(graph: OnnxGraph, inputs: readonly string[]): Backend {
  let made = 0;
  /** A kernel that is already written down, whose only output is y. */
  const gives = (y: Sequence, name: string): Kernel => {
    own(y).name = name;
    return WRITTEN;
  };
  const names = (parts: readonly Sequence[]): string[] => parts.map((part) => own(part).name);
  return {
    name: 'onnx',
    sequence: (T, B, C) => new OnnxSequence(graph, T, B, C, inputs[made++] ?? null),
    weight: (shape, gates = 1) => new OnnxWeight(graph, shape, gates),
    write: (tensor, values) => (tensor as OnnxSequence | OnnxWeight).values.set(values),
    read: refuse,
    clearGradients: refuse,
    affine: (terms) => gives(terms.y, affine(graph, terms)),
    recurrent: (terms) => {
      noteRecurrent(graph, terms);
      return WRITTEN;
    },
    convolution: (terms) => gives(terms.y, convolution(graph, terms)),
    attention: (terms) => gives(terms.y, attention(graph, terms)),
    batchNorm: (terms) => gives(terms.y, batchNorm(graph, terms)),
    activation: (name, x, y) =>
      gives(y, graph.node(name === 'tanh' ? 'Tanh' : 'Relu', [own(x).name])),
    add: (parts, y) => gives(y, graph.node('Sum', names(parts))),
    multiply: (x, factor, y) => gives(y, graph.node('Mul', names([x, factor]))),
    concat: (parts, y) => gives(y, graph.node('Concat', names(parts), { axis: 2 })),
    slice: (x, first, y) => gives(y, slice(graph, own(x), first, y.T)),
    stack: (parts, y) => gives(y, graph.node('Concat', names(parts), { axis: 0 })),
    mean: (x, y) => gives(y, graph.node('ReduceMean', names([x]), { axes: [0], keepdims: 1 })),
    max: (x, y) => gives(y, graph.node('ReduceMax', names([x]), { axes: [0], keepdims: 1 })),
    pointwise: refuse,
    gaussian: refuse,
    crossEntropy: refuse,
    optimiser: refuse,
    dispose: () => undefined,
  };
}

const WRITTEN: Kernel = { forward: refuse, backward: refuse };

function refuse(): never {
  throw new Error('A network that is being written down cannot run.');
}

/** x Wᵀ + b */
function affine(graph: OnnxGraph, { x, weight, bias }: Affine): string {
  const product = graph.node('MatMul', [own(x).name, transposed(graph, ownWeight(weight))]);
  return bias ? graph.node('Add', [product, vector(graph, ownWeight(bias))]) : product;
}

/** ONNX convolves over the last axis: [T, B, C] → [B, C, T] and back. */
function convolution(graph: OnnxGraph, terms: Convolution): string {
  const { stride, padding } = terms;
  const weight = ownWeight(terms.weight);
  const channels = graph.node('Transpose', [own(terms.x).name], { perm: [1, 2, 0] });
  const kernel = graph.floats(weight.name, weight.shape, weight.values);
  const convolved = graph.node('Conv', [channels, kernel, vector(graph, ownWeight(terms.bias))], {
    strides: [stride],
    pads: [padding, padding],
    kernel_shape: [weight.shape[2]],
  });
  return graph.node('Transpose', [convolved], { perm: [2, 0, 1] });
}

/** Σ_t α_t m_t, α = softmax over t of v·tanh(k_t + q). */
function attention(graph: OnnxGraph, { keys, query, v, memory }: Attention): string {
  const weight = ownWeight(v);
  const sum = query ? graph.node('Add', [own(keys).name, own(query).name]) : own(keys).name;
  const column = graph.floats(weight.name, [weight.shape[0], 1], weight.values);
  const scores = graph.node('MatMul', [graph.node('Tanh', [sum]), column]);
  const alpha = graph.node('Softmax', [scores], { axis: 0 });
  const weighed = graph.node('Mul', [alpha, own(memory).name]);
  return graph.node('ReduceSum', [weighed, graph.integers(0)], { keepdims: 1 });
}

/** a x + (β − a μ), a = γ / √(σ² + ε). */
function batchNorm(graph: OnnxGraph, terms: BatchNorm): string {
  const [gamma, beta, mean, variance] = [
    ...[terms.gamma, terms.beta, terms.runningMean, terms.runningVariance],
  ].map((weight) => ownWeight(weight).values);
  const scale = gamma.map((γ, c) => γ / Math.sqrt(variance[c] + BATCH_NORM.epsilon));
  const shift = beta.map((β, c) => β - scale[c] * mean[c]);
  const floats = (values: Float64Array): string =>
    graph.floats(graph.newName(), [values.length], values);
  return graph.node('Add', [graph.node('Mul', [own(terms.x).name, floats(scale)]), floats(shift)]);
}

/** The last steps are counted from the end, as a sequence may be of any length. */
function slice(graph: OnnxGraph, x: OnnxSequence, first: number, steps: number): string {
  const isToEnd = first + steps === x.T;
  const [start, end] = isToEnd ? [-steps, END] : [first, first + steps];
  const [from, to, axis] = [start, end, 0].map((value) => graph.integers(value));
  return graph.node('Slice', [x.name, from, to, axis]);
}

function vector(graph: OnnxGraph, { name, values }: OnnxWeight): string {
  return graph.floats(name, [values.length], values);
}

function transposed(graph: OnnxGraph, { name, shape, values }: OnnxWeight): string {
  const [K, D] = shape;
  const turned = Float64Array.from({ length: K * D }, (_, i) => {
    return values[(i % K) * D + Math.floor(i / K)];
  });
  return graph.floats(`${name}|T`, [D, K], turned);
}
