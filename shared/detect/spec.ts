/** What a detector is told at the start. */
import type { DetectionMode, Effort } from '../domain/model.ts';
import type { TimeRange } from '../domain/stream.ts';
import type { ThresholdSpec } from '../domain/threshold.ts';
import type { ForecasterSpec } from '../model/spec.ts';
import type { Recipe } from './recipe.ts';

export interface DetectionSpec {
  readonly mode: DetectionMode;
  readonly channels: readonly string[];
  /** Rows at the start taken as normal. */
  readonly trainRows: number;
  readonly seed: number;
  /** False when times are row numbers: then time of day means nothing. */
  readonly hasTime: boolean;
  /** Stretches that trainings learn nothing from. */
  readonly exclude?: readonly TimeRange[];
  /** Learns even from rows that never move; else they are refused as nothing to learn from. */
  readonly constantIsNormal?: boolean;
  /** Names of what the machine may be doing: each is a normal of its own. Absent: there is one. */
  readonly activities?: readonly string[];
  /** The mode's own unless given. */
  readonly threshold?: ThresholdSpec;
  /** Balanced unless given. */
  readonly effort?: Effort;
  /** RECIPE unless given; the application never gives one. */
  readonly recipe?: Recipe;
}

/** inputs: numbers a row, see `forecast-stage.ts`. */
export function forecasterSpec(
  inputs: number,
  channels: number,
  { hidden, horizons, skipChannelsMax }: Recipe['forecaster'],
): ForecasterSpec {
  return {
    ...{ inputs, targets: channels, hidden, horizons },
    ...(channels > skipChannelsMax ? { hasSkip: false } : {}),
  };
}
/** Fewer rows than this cannot hold chunks, horizons and a distribution of residuals. */
export const TRAIN_ROWS_MIN = 64;
