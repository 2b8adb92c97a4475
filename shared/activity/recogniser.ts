/** A recogniser as plain data: what it was made for, what it learnt, how its answers are read. */
import type { RecogniserNetwork } from '../domain/recogniser.ts';
import type { Parameters } from '../model/parameters.ts';
import type { StackSpec } from '../model/spec.ts';
import type { Scale } from './augment.ts';
import { featureCount, type ChannelPlan } from './features.ts';
import type { Novelty } from './novelty.ts';
import type { SummaryExpert } from './summary-expert.ts';

export interface RecogniserSpec {
  /** Names of the activities, in the order of the network's outputs. */
  readonly classes: readonly string[];
  /** Names of the channels it reads, in the plan's order. */
  readonly channels: readonly string[];
  readonly plan: ChannelPlan;
  /** ms between samples of the grid that recordings are taken to. */
  readonly stepMs: number;
  /** Samples of a window. */
  readonly window: number;
  /** Samples between two answers. */
  readonly hop: number;
  readonly network: StackSpec;
}

export interface Recogniser {
  readonly spec: RecogniserSpec;
  readonly parameters: Parameters;
  readonly scale: Scale;
  /** Its scores are added to the network's. */
  readonly expert: SummaryExpert;
  /** τ of the softmax. */
  readonly temperature: number;
  /** Tells behaviour that was never labelled; null where too little was held out to know. */
  readonly novelty: Novelty | null;
  /** ln A [C, C] from one answer to the next, √(window / hop) times. */
  readonly logTransitions: Float64Array;
}

const CHANNELS = 24;
const HIDDEN = 32;
const TAPS = 5;
const DROPOUT = 0.3;

/** Two strided convolutions, so that the recurrent layer reads a quarter of the samples. */
export function recogniserNetwork(
  name: RecogniserNetwork,
  plan: ChannelPlan,
  classes: number,
): StackSpec {
  const convolution = { outputs: CHANNELS, width: TAPS, stride: 2, padding: 2, isNormalised: true };
  const cell = name === 'conv-lstm' ? 'lstm' : 'gru';
  return {
    inputs: featureCount(plan),
    convolutions: name === 'gru' ? [] : [convolution, convolution],
    recurrent: { cell, hidden: HIDDEN, layers: 1, bidirectional: name === 'conv-bigru' },
    head: {
      reading: name === 'conv-attention' ? 'attention' : 'mean-max',
      outputs: classes,
      dropout: DROPOUT,
    },
  };
}
