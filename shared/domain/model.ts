/** What a trained model says of itself. */
import type { ModelRole } from './feed-state.ts';
import type { TimeRange } from './stream.ts';
import type { ThresholdSpec } from './threshold.ts';

/** Stream: learns on line, each channel by itself. Reference: judged against a normal range. */
export type DetectionMode = 'stream' | 'reference';

/**
 * What computes a training. `wasm` uses the fastest instructions there are, `wasm-plain` those that
 * give the same bits on every machine, `reference` float64 without tricks.
 */
export type BackendName = 'webgl' | 'wasm' | 'wasm-plain' | 'reference';

/** Why a backend was chosen; times in ms of one optimiser step. */
export type BackendReason =
  | { readonly code: 'asked' | 'no-page' }
  | { readonly code: 'software'; readonly renderer: string }
  | { readonly code: 'failed'; readonly message: string }
  /** Relative difference of the losses. */
  | { readonly code: 'disagreed'; readonly difference: number }
  | { readonly code: 'measured'; readonly webglMs: number; readonly wasmMs: number };

export interface BackendChoice {
  readonly name: BackendName;
  readonly reason: BackendReason;
}

export interface LearnOptions {
  readonly mode: DetectionMode | 'auto';
  /** Why `auto` came to the mode, when learning began. */
  readonly modeReason?: ModeReason;
  /** Channel names; all when absent. */
  readonly channels?: readonly string[];
  /** Rows from the start taken as normal. */
  readonly trainRows?: number;
  /** Or a time range taken as normal. */
  readonly train?: TimeRange;
  readonly seed: number;
  /** Not normal, and not learnt from; confirmed events of the model before when absent. */
  readonly exclude?: readonly TimeRange[];
  /** `auto` unless given: the fastest that is there. */
  readonly backend?: BackendName | 'auto';
  /** How scores become alarms; the mode's own way unless given. */
  readonly threshold?: ThresholdSpec;
  /** How long trainings take; balanced unless given. */
  readonly effort?: Effort;
  /** A normal of each activity that the active recogniser of the stream tells apart. */
  readonly byActivity?: boolean;
  /** Shapes never seen are marked beside the score; where it pays (auto) unless given. */
  readonly shapes?: ShapeChoice;
  /** The recogniser that this came to when learning began. */
  readonly recogniser?: AskedRecogniser;
  /** Takes the weights of this model instead of training, as far as there are any. */
  readonly weightsOf?: number;
}

export const SHAPE_CHOICES = ['auto', 'on', 'off'] as const;
/** `auto`: one channel in reference mode, if it repeats itself. */
export type ShapeChoice = (typeof SHAPE_CHOICES)[number];

/** Who tells a model what goes on. */
export interface AskedRecogniser {
  readonly id: number;
  readonly activities: readonly string[];
  /** Between rows, as it took them, ms. */
  readonly periodMs: number;
}

/** Steps of a training, as a multiple of the usual. */
export const EFFORTS = { fast: 1 / 3, balanced: 1, thorough: 3 } as const;
export type Effort = keyof typeof EFFORTS;

/** What the gradients of one layer tell of its learning. */
export interface GradientStatistics {
  /** ‖g‖ over the layer, before clipping. */
  readonly norm: number;
  /** Share of elements with |g| < 1e-8: a layer of them does not learn (vanishing). */
  readonly tiny: number;
  /** Share of elements with |g| > 10 or that are no number (exploding). */
  readonly huge: number;
}

/** By layer, in the order of the network. */
export type LayerGradients = Readonly<Record<string, GradientStatistics>>;

/**
 * What went otherwise than meant in a training. `diverged`: the loss stopped being a number, and
 * the weights of the last good epoch were kept; step as in a LossPoint.
 */
export interface TrainingNote {
  readonly code: 'diverged';
  /** Counted from 1. */
  readonly training: number;
  readonly step: number;
}

export interface LossPoint {
  /** Optimiser steps done so far, over all trainings of this model. */
  readonly step: number;
  readonly train: number;
  /** Loss on the held-out end of the training range; null when nothing is held out. */
  readonly validation: number | null;
  /** ‖g‖ over all weights at the last step; absent: models of former versions. */
  readonly gradientNorm?: number;
  /** At the last step; absent: models of former versions. */
  readonly gradients?: LayerGradients;
}

/**
 * Why a mode was taken: it was asked for, a range was named as normal, first rows were of several
 * channels, or nothing was named.
 */
export const MODE_REASONS = ['asked', 'range', 'rows', 'unnamed'] as const;
export type ModeReason = (typeof MODE_REASONS)[number];

/** Of the rows that the first training kept aside, in the loss that was trained. */
export interface HeldOutLoss {
  readonly model: number;
  /** Of forecasting that nothing changes. */
  readonly lastValue: number;
}

export interface ModelCard {
  readonly id: number;
  readonly streamId: number;
  readonly mode: DetectionMode;
  /** Absent: models of former versions. */
  readonly modeReason?: ModeReason;
  readonly channels: readonly string[];
  readonly trainRange: TimeRange;
  readonly trainRows: number;
  /** Stretches that nothing was learnt from; absent: none. */
  readonly exclude?: readonly TimeRange[];
  readonly seed: number;
  /** GRU hidden units. */
  readonly hidden: number;
  /** Steps ahead that are forecast. */
  readonly horizons: readonly number[];
  readonly parameterCount: number;
  /** Of the first training; absent reason: models of former versions. */
  readonly backend: BackendName;
  readonly backendReason?: BackendReason;
  /** First training and every retraining on the way. */
  readonly trainings: number;
  readonly lossCurve: readonly LossPoint[];
  /** Absent: nothing was kept aside, or a model of a former version. */
  readonly heldOut?: HeldOutLoss;
  /** Absent: nothing to note, or a model of a former version. */
  readonly notes?: readonly TrainingNote[];
  /** In force after the last row. */
  readonly threshold: number;
  /** How scores became alarms; absent: the mode's own way. */
  readonly thresholdSpec?: ThresholdSpec;
  /** Each activity has a normal of its own; absent: there is one of all. */
  readonly recogniser?: AskedRecogniser;
  /** Channels that are watched for shapes never seen, at most; absent: none is. */
  readonly shapes?: number;
  /** The model that it differs from by its threshold alone: the one to go back to. */
  readonly weightsOf?: number;
  /** ms; what lies before was history when it was learnt, and alarms nobody. Of live streams. */
  readonly historyTo?: number;
  /** sha256 of the checkpoint bytes, hex. */
  readonly checkpointSha256: string;
}

/** A learnt model among the others of its stream. */
export interface KeptModel {
  readonly card: ModelCard;
  readonly role: ModelRole;
  /** It scores rows as they come, unless it rests. */
  readonly isLive: boolean;
  readonly events: { readonly all: number; readonly confirmed: number; readonly dismissed: number };
}

export const MODEL_FORMATS = ['onnx', 'safetensors'] as const;
export type ModelFormat = (typeof MODEL_FORMATS)[number];
