/** A way to turn residuals into a score and to say when it is too high. */
import type { ForecastState } from './forecast-stage.ts';
import type { Reading } from './reading.ts';

/** The training rows with the residuals of the first model over them. */
export interface Calibration {
  readonly rows: number;
  /** So many of them, from the first, the forecaster has learnt from. */
  readonly fitRows: number;
  /** x [channel][row]; NaN before the first value. */
  readonly values: readonly Float64Array[];
  /** e in units of s₀, [channel][horizon][row]; NaN where no forecast was due. */
  readonly residuals: readonly (readonly Float64Array[])[];
  /** ŷ in original units, [channel][horizon][row]. */
  readonly forecasts: readonly (readonly Float64Array[])[];
  /** s₀ per channel. */
  readonly scales: readonly number[];
}

export interface Scorer {
  /**
   * Learns from the training rows; called once, before the first row is scored. Answers how those
   * rows would have scored, NaN where they could not.
   */
  calibrate(calibration: Calibration): Float64Array;
  /** Scores the row that comes now; values are NaN where missing. */
  score(values: Float64Array, forecast: ForecastState, reading: Reading): void;
  /** All it remembers, as plain data; copy it before the next row. */
  state(): unknown;
  restore(state: unknown): void;
}
