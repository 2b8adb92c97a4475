/**
 * Encoder–decoder (Sutskever et al. 2014), with additive attention (Bahdanau et al. 2015) where it
 * is asked for, and scheduled teacher forcing (Bengio et al. 2015).
 *
 *   m_1..T, s_0 = encoder(x_1..T)
 *   c_j = Σ_t α_t m_t,  α = softmax over t of v·tanh(W_k m_t + W_q s_{j−1} + b_q)
 *   s_j = decoder([p_j, c_j], s_{j−1}),  p_j = ŷ_{j−1} or, from the teacher, y_{j−1};  p_1 = 0
 *   ŷ_j = W [s_j, c_j] + b
 *
 * Without attention there is no c. s_{j−1} in the query is the state of the highest layer. Targets
 * are taken off the last value, so that 0 stands for "as now".
 */
import type { Sequence } from '../backend.ts';
import type { Graph } from '../graph.ts';
import type { ParameterShape, Weights } from '../parameters.ts';
import { recurrentShapes, recurrentStack, type StackOutput } from '../recurrent.ts';
import {
  checkDropout,
  checkPositive,
  type EncoderDecoderSpec,
  type RecurrentSpec,
} from '../spec.ts';
import { dropoutsOf, linearShapes, type Network, type NetworkShape } from './network-parts.ts';

const ENCODER = 'encoder.';
const DECODER = 'decoder.';

export function encoderDecoderShapes(spec: EncoderDecoderSpec): ParameterShape[] {
  const { outputs, hidden: H, ahead, hasAttention, dropout = 0, teacherForcing } = spec;
  checkPositive({ outputs, ahead });
  checkDropout(dropout);
  if (!(teacherForcing >= 0 && teacherForcing <= 1)) {
    throw new RangeError(
      `teacherForcing is ${teacherForcing}; a probability from 0 to 1 was expected.`,
    );
  }
  return [
    ...recurrentShapes(encoderOf(spec), ENCODER),
    ...recurrentShapes(decoderOf(spec), DECODER),
    ...(hasAttention ? attentionShapes(H) : []),
    ...linearShapes('head', outputs, hasAttention ? 2 * H : H),
  ];
}

export function buildEncoderDecoder(
  graph: Graph,
  spec: EncoderDecoderSpec,
  weights: Weights,
  shape: NetworkShape,
): Network {
  const { ahead, outputs: K } = spec;
  const { B } = shape;
  const of = (name: string) => weights.get(name)!;
  const { dropouts, dropout } = dropoutsOf(graph, shape);
  const x = graph.input(shape.T, B, spec.inputs);
  const forced = graph.input(ahead, B, K);
  const free = graph.input(ahead, B, K);
  const encoder = encoderOf(spec);
  const { h: memory, final } = recurrentStack(graph, encoder, weights, x, {
    ...{ prefix: ENCODER, drop: (h) => dropout(h, spec.dropout) },
  });
  const attend = spec.hasAttention ? attentionOver(graph, memory, weights) : null;
  const outputs: Sequence[] = [];
  let state = final;
  for (let j = 0; j < ahead; j++) {
    const last = outputs.at(-1);
    const teacher = graph.slice(forced, j, 1);
    const p = last ? graph.add(teacher, graph.multiply(last, graph.slice(free, j, 1))) : teacher;
    const c = attend?.(state.at(-1)!.h);
    const step = decode(c ? graph.concat(p, c) : p);
    state = step.final;
    const s = c ? graph.concat(step.h, c) : step.h;
    outputs.push(graph.affine(s, of('head.weight'), of('head.bias')));
  }
  const output = outputs.length === 1 ? outputs[0] : graph.stack(...outputs);
  return { x, output, dropouts, forcing: { forced, free, probability: spec.teacherForcing } };

  function decode(input: Sequence): StackOutput {
    return recurrentStack(graph, decoderOf(spec), weights, input, {
      ...{ prefix: DECODER, initial: state, drop: (h) => dropout(h, spec.dropout) },
    });
  }
}

/** What a state asks of the memory. */
function attentionOver(
  graph: Graph,
  memory: Sequence,
  weights: Weights,
): (state: Sequence) => Sequence {
  const of = (name: string) => weights.get(name)!;
  const keys = graph.affine(memory, of('keys.weight'), null);
  return (state) => {
    const query = graph.affine(state, of('query.weight'), of('query.bias'));
    return graph.attention(keys, query, of('attention.v'), memory);
  };
}

function attentionShapes(H: number): ParameterShape[] {
  return [
    ...linearShapes('keys', H, H, false),
    ...linearShapes('query', H, H),
    { name: 'attention.v', shape: [H], gates: 1, bound: 1 / Math.sqrt(H) },
  ];
}

function encoderOf({ cell, inputs, hidden, layers }: EncoderDecoderSpec): RecurrentSpec {
  return { cell, inputs, hidden, layers, bidirectional: false };
}

function decoderOf(spec: EncoderDecoderSpec): RecurrentSpec {
  const { outputs, hidden, hasAttention } = spec;
  return { ...encoderOf(spec), inputs: hasAttention ? outputs + hidden : outputs };
}
