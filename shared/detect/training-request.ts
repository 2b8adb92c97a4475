/** What a detector asks for when a training is due; who trains hands a forecaster back in time. */
import type { Forecaster } from '../model/forecaster.ts';
import type { ForecasterSpec } from '../model/spec.ts';

export interface TrainingRequest {
  readonly spec: ForecasterSpec;
  /** u [rows, D] */
  readonly inputs: Float64Array;
  /** y [rows, K] */
  readonly targets: Float64Array;
  /** [rows, K]: 0 where nothing was measured; absent: all was. */
  readonly measured?: Uint8Array;
  readonly rows: number;
  readonly options: {
    readonly steps: number;
    readonly learningRate: number;
    readonly seed: number;
  };
  /** Start from these weights instead of from scratch. */
  readonly warmFrom: Forecaster | null;
}
