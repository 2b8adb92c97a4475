/** What every built network has, and what several of them need on the way. */
import type { Sequence } from '../backend.ts';
import type { Graph } from '../graph.ts';
import type { ParameterShape } from '../parameters.ts';

export interface NetworkShape {
  readonly T: number;
  readonly B: number;
  /** True drops out, and takes the statistics of the batch. */
  readonly isTraining: boolean;
}

/** A place for a dropout mask, drawn anew before every step. */
export interface Dropout {
  readonly mask: Sequence;
  readonly probability: number;
}

/**
 * Places of a decoder's inputs, [steps, B, K] each: p_j = forced_j + free_j ⊙ ŷ_{j−1}. Where the
 * teacher speaks, forced_j is the true value before and free_j is 0; elsewhere forced_j is 0 and
 * free_j is 1.
 */
export interface Forcing {
  readonly forced: Sequence;
  readonly free: Sequence;
  /** Of the teacher speaking, by step and row, when the network trains. */
  readonly probability: number;
}

export interface Network {
  /** [T, B, D]; write the inputs here. */
  readonly x: Sequence;
  /** [T', B, K] */
  readonly output: Sequence;
  /** Empty unless it trains. */
  readonly dropouts: readonly Dropout[];
  /** null for networks that do not feed on what they gave before. */
  readonly forcing: Forcing | null;
}

/** Notes dropouts, each with a place for its mask; nothing where nothing shall be dropped. */
export function dropoutsOf(graph: Graph, { isTraining }: NetworkShape) {
  const dropouts: Dropout[] = [];
  const dropout = (h: Sequence, probability = 0): Sequence => {
    if (probability === 0 || !isTraining) return h;
    const mask = graph.input(h.T, h.B, h.C);
    dropouts.push({ mask, probability });
    return graph.multiply(h, mask);
  };
  return { dropouts, dropout };
}

/** Weight and bias of torch.nn.Linear as it starts them. */
export function linearShapes(
  name: string,
  outputs: number,
  inputs: number,
  hasBias = true,
): ParameterShape[] {
  const common = { gates: 1, bound: 1 / Math.sqrt(inputs) };
  const weight = { ...common, name: `${name}.weight`, shape: [outputs, inputs] };
  return hasBias ? [weight, { ...common, name: `${name}.bias`, shape: [outputs] }] : [weight];
}
