/**
 * How good the forecasts of a first training are on the rows that it kept aside: the loss that was
 * trained, Huber with δ = 1, of residuals in units of s₀, a mean over rows, channels and horizons
 *
 *   e_{t,h} = (x_t − ŷ_{t,h})/s₀,   beside it that of repeating the last value, (x_t − x_{t−h})/s₀
 */
import type { HeldOutLoss } from '../domain/model.ts';
import type { Calibration } from './scorer.ts';

/** Null where no row was kept aside, or none of them has both forecasts. */
export function heldOutLoss(
  { rows, fitRows, values, residuals, scales }: Calibration,
  horizons: readonly number[],
): HeldOutLoss | null {
  let [model, lastValue, count] = [0, 0, 0];
  residuals.forEach((ofChannel, k) => {
    ofChannel.forEach((e, i) => {
      for (let row = Math.max(fitRows, horizons[i]); row < rows; row++) {
        const moved = (values[k][row] - values[k][row - horizons[i]]) / scales[k];
        if (!Number.isFinite(e[row]) || !Number.isFinite(moved)) continue;
        model += huber(e[row]);
        lastValue += huber(moved);
        count++;
      }
    });
  });
  return count === 0 ? null : { model: model / count, lastValue: lastValue / count };
}

const huber = (e: number): number => (Math.abs(e) <= 1 ? 0.5 * e * e : Math.abs(e) - 0.5);
