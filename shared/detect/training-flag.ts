/**
 * Alarms against a normal range, for any score whose first rows are that range:
 *
 *   s > 1.4 · q99(training) · √max(1, median of the last 5000 / median of training)
 *
 * The root gives way, slowly, to a machine whose normal has grown.
 */
import { quantile, quantileSorted } from '../math/stats.ts';
import { createRing, push, toArray } from '../window/ring.ts';

export const ALARM_FACTOR = 1.4;
export const TRAIN_QUANTILE = 0.99;
/** The first rows of training are left out: windows and state still fill. */
export const SETTLED_ROW = 50;
export const DRIFT_ROWS = 5000;
export const DRIFT_REFIT_EVERY = 25;
export const DRIFT_ROWS_MIN = 30;
const TINY = 1e-12;

export function flagAgainstTraining(scores: Float64Array, trainRows: number): Uint8Array {
  const known = scores.subarray(Math.min(SETTLED_ROW, trainRows >> 1), trainRows);
  const high = ALARM_FACTOR * quantile(known, TRAIN_QUANTILE);
  const usual = Math.max(quantile(known, 0.5), TINY);
  const past = createRing(DRIFT_ROWS);
  let drift = 1;
  return Uint8Array.from(scores, (score, row) => {
    if (row % DRIFT_REFIT_EVERY === 0 && past.size > DRIFT_ROWS_MIN) {
      drift = quantileSorted(toArray(past).sort(), 0.5) / usual;
    }
    push(past, score);
    return score > high * Math.sqrt(Math.max(1, drift)) ? 1 : 0;
  });
}
