/**
 * How much the forecasts of each horizon h count where they fail: as much as they are worth,
 *
 *   w_h ∝ mean over channels of R²_h,   R²_h = max(0, 1 − mean e_h²/var x)
 *
 * over the rows that the forecaster has not learnt from; a forecast that explains nothing of what
 * comes fails whatever comes. All count the same where none explains anything.
 */
import { mean } from '../math/stats.ts';
import { momentsOf } from './moments.ts';
import type { Calibration } from './scorer.ts';

/** By horizon; their sum is 1. */
export function horizonWeights({
  rows,
  fitRows,
  values,
  residuals,
  scales,
}: Calibration): number[] {
  const from = fitRows < rows ? fitRows : 0;
  const explained = residuals[0].map((_, h) => {
    const shares = values.map((column, k) => {
      const deviation = momentsOf(column).deviation / scales[k];
      const squares = residuals[k][h]
        .subarray(from)
        .filter(Number.isFinite)
        .map((e) => e * e);
      return squares.length === 0 ? 0 : Math.max(0, 1 - mean(squares) / deviation ** 2);
    });
    return shares.reduce((sum, share) => sum + share, 0);
  });
  const total = explained.reduce((sum, share) => sum + share, 0);
  return explained.map((share) => (total > 0 ? share / total : 1 / explained.length));
}
