/** What a scorer says of one row. Reused from row to row. */
export interface Reading {
  /** NaN when the row could not be scored. */
  score: number;
  /** Its two parts: how far the values are out of place, and how wrong the forecasts are. */
  byLevel: number;
  byForecast: number;
  /** The score where it counts as an alarm candidate, else 0. */
  held: number;
  threshold: number;
  /** True while the history is too short for the full scale of the score. */
  provisional: boolean;
  /** Per channel: its own tail score −log10 p, for attribution. */
  readonly own: Float64Array;
  /** Per channel: half width of the band around the one-step forecast, original units. */
  readonly halfWidth: Float64Array;
  /** Per channel: what was expected, in the terms that judged it; original units. */
  readonly expectedLow: Float64Array;
  readonly expectedHigh: Float64Array;
}

export function createReading(channels: number): Reading {
  const column = (): Float64Array => new Float64Array(channels).fill(NaN);
  return {
    score: NaN,
    byLevel: NaN,
    byForecast: NaN,
    held: 0,
    threshold: NaN,
    provisional: true,
    own: column(),
    halfWidth: column(),
    expectedLow: column(),
    expectedHigh: column(),
  };
}
