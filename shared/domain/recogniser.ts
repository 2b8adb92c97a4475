/** What tells activities apart: how it is asked for, and what it says of itself. */
import type { ActivityRules } from './activity.ts';
import type { BackendName } from './model.ts';

export const NETWORKS = ['conv-gru', 'conv-bigru', 'conv-lstm', 'conv-attention', 'gru'] as const;
/** How a recogniser is built; `gru` alone reads every sample and is there to compare with. */
export type RecogniserNetwork = (typeof NETWORKS)[number];

/** A stream to learn from, with the person or machine that it is of: those are held out whole. */
export interface LabelledStream {
  readonly streamId: number;
  readonly group: string;
}

export interface RecogniserOptions {
  readonly name: string;
  readonly streams: readonly LabelledStream[];
  /** By name; those that all the streams have when absent. */
  readonly channels?: readonly string[];
  /** Names of channels x, y, z that turn together when the sensor is worn differently. */
  readonly triplets?: readonly (readonly string[])[];
  /** Which of the triplets, from 0, is an acceleration with gravity in it; absent: none. */
  readonly acceleration?: number;
  /** 128 samples unless given, fewer where labels are short. */
  readonly windowMs?: number;
  /** conv-gru unless given. */
  readonly network?: RecogniserNetwork;
  readonly seed: number;
  /** Times that each labelled window is seen, on average. */
  readonly epochs?: number;
}

export interface ClassScore {
  readonly count: number;
  readonly precision: number;
  readonly recall: number;
  /** 2 tp / (2 tp + fp + fn) */
  readonly f1: number;
}

/** How well activities were told apart, by window. */
export interface WindowScores {
  readonly accuracy: number;
  /** Mean F1 over the classes that occur in the truth. */
  readonly macroF1: number;
  /** Mean recall over them. */
  readonly balancedAccuracy: number;
  /** null for a class that does not occur. */
  readonly perClass: readonly (ClassScore | null)[];
  /** [truth][found]: windows. The last column counts `unknown`. */
  readonly confusion: readonly (readonly number[])[];
}

export interface ReliabilityBin {
  /** Windows whose best probability fell into the bin. */
  readonly count: number;
  /** Their mean best probability. */
  readonly confidence: number;
  /** Share of them that was right. */
  readonly accuracy: number;
}

/** How it does on what it did not learn from. */
export interface HeldOutScores {
  /** People or machines that were left out; empty: the ends of the labels were. */
  readonly groups: readonly string[];
  readonly scores: WindowScores;
  readonly reliability: readonly ReliabilityBin[];
}

export interface RecogniserLoss {
  readonly step: number;
  readonly train: number;
  /** null when nothing is held out. */
  readonly validation: number | null;
}

export interface RecogniserCard {
  readonly id: number;
  readonly name: string;
  /** ms */
  readonly created: number;
  readonly streams: readonly LabelledStream[];
  /** Names of the activities, in the order of the network's outputs. */
  readonly classes: readonly string[];
  /** ms labelled of each. */
  readonly labelledMs: readonly number[];
  readonly channels: readonly string[];
  readonly windowMs: number;
  /** Between two answers, ms. */
  readonly hopMs: number;
  /** What live answers lag behind, ms. */
  readonly lagMs: number;
  readonly network: RecogniserNetwork;
  readonly seed: number;
  readonly parameterCount: number;
  readonly backend: BackendName;
  readonly trainSeconds: number;
  readonly lossCurve: readonly RecogniserLoss[];
  /** null where too little was labelled to leave anything out. */
  readonly heldOut: HeldOutScores | null;
  /** τ of the softmax. */
  readonly temperature: number;
  /** Absent: of a former version. */
  readonly rules?: ActivityRules;
  /** It tells behaviour that was never labelled. */
  readonly tellsUnknown: boolean;
  /** sha256 of the checkpoint bytes, hex. */
  readonly checkpointSha256: string;
}

/** Found segments against labelled ones. */
export interface SegmentScores {
  /** By intersection over union of 0.1, 0.25 and 0.5. */
  readonly f1: readonly number[];
  /** 1 is the right order of activities. */
  readonly edit: number;
  /** Median |delay| of changes, seconds; NaN where no change was found. */
  readonly delaySeconds: number;
}

/** A recogniser against the labels of a stream. */
export interface RecogniserEvaluation {
  readonly classes: readonly string[];
  /** The stream is among those it learnt from: the figures flatter. */
  readonly wasLearntFrom: boolean;
  readonly scores: WindowScores;
  readonly segments: SegmentScores;
  readonly reliability: readonly ReliabilityBin[];
}
