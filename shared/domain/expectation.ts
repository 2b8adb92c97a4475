/** What a model would have gone on to, fed with its own forecasts. */
export interface Expectation {
  readonly names: readonly string[];
  /** ms. */
  readonly t: Float64Array;
  /** By channel, in its own unit; NaN where nothing was forecast. */
  readonly values: readonly Float64Array[];
}
