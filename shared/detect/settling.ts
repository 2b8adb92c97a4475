/**
 * After a gap the forecaster has lived on held values for a while: what it says of the next rows is
 * not to be scored. A gap is a value missing for more than three rows and longer than any time in
 * training, or three usual steps without a row; shorter ones are bridged by the last value.
 */
const HELD_ROWS_MAX = 3;
const GAP_STEPS = 3;
/** Twice the farthest horizon: what was forecast in the gap has passed, and its memory. */
const SETTLE_ROWS = 32;

export interface Settling {
  /** Rows in a row without a value, by channel. */
  readonly missing: Float64Array;
  /** Longest such run that a channel is used to. */
  readonly usual: Float64Array;
  /** Rows still to pass over, by channel. */
  readonly left: Float64Array;
  newest: number;
  /** Usual step, ms; 0 while it is not known. */
  periodMs: number;
}

export function createSettling(channels: number): Settling {
  const zeros = (): Float64Array => new Float64Array(channels);
  return { missing: zeros(), usual: zeros(), left: zeros(), newest: NaN, periodMs: 0 };
}

/**
 * Makes NaN of the values that are not to be scored; `row` is overwritten. `isTraining`: gaps are
 * as usual.
 */
export function settle(state: Settling, t: number, row: Float64Array, isTraining: boolean): void {
  const { missing, usual, left, periodMs } = state;
  const isGap = periodMs > 0 && t - state.newest > GAP_STEPS * periodMs;
  for (let k = 0; k < row.length; k++) {
    if (isGap) left[k] = SETTLE_ROWS;
    if (Number.isNaN(row[k])) {
      missing[k]++;
      if (isTraining) usual[k] = Math.max(usual[k], missing[k]);
      else if (missing[k] > Math.max(HELD_ROWS_MAX, usual[k])) left[k] = SETTLE_ROWS;
      continue;
    }
    missing[k] = 0;
    if (left[k] > 0) {
      left[k]--;
      row[k] = NaN;
    }
  }
  state.newest = t;
}

/** The usual step of these times; 0 where steps are too uneven to speak of gaps. */
export function usualStep(times: Float64Array): number {
  const steps = times
    .subarray(1)
    .map((t, i) => t - times[i])
    .sort();
  const median = steps[steps.length >> 1] ?? 0;
  const long = steps.filter((step) => step > GAP_STEPS * median).length;
  return median > 0 && long < steps.length / 10 ? median : 0;
}
