/** What a trained model says of itself. */
import type { TimeRange } from './stream.ts';

/** Stream: learns on line, each channel by itself. Reference: judged against a normal range. */
export type DetectionMode = 'stream' | 'reference';

export interface LearnOptions {
  readonly mode: DetectionMode | 'auto';
  /** Channel names; all when absent. */
  readonly channels?: readonly string[];
  /** Rows from the start taken as normal. */
  readonly trainRows?: number;
  /** Or a time range taken as normal. */
  readonly train?: TimeRange;
  readonly seed: number;
}

export interface LossPoint {
  /** Optimiser steps done so far, over all trainings of this model. */
  readonly step: number;
  readonly train: number;
  /** Loss on the held-out end of the training range; null when nothing is held out. */
  readonly validation: number | null;
}

export interface ModelCard {
  readonly id: number;
  readonly streamId: number;
  readonly mode: DetectionMode;
  readonly channels: readonly string[];
  readonly trainRange: TimeRange;
  readonly trainRows: number;
  readonly seed: number;
  /** GRU hidden units. */
  readonly hidden: number;
  /** Steps ahead that are forecast. */
  readonly horizons: readonly number[];
  readonly parameterCount: number;
  readonly backend: string;
  /** First training and every retraining on the way. */
  readonly trainings: number;
  readonly lossCurve: readonly LossPoint[];
  readonly threshold: number;
  /** sha256 of the checkpoint bytes, hex. */
  readonly checkpointSha256: string;
}
