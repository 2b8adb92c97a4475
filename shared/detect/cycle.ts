/** How long a stream takes to come round. */
import { periodOf, STRENGTH_MIN } from '../math/period.ts';

/** Bounds of what is looked at: the last rows, and channels evenly taken from all. */
const ROWS_MAX = 32_768;
const CHANNELS_MAX = 32;

/**
 * Rows of a cycle: the median period of the channels that have one, if most have. 0 if not, and
 * where it is longer than `rowsMax`. `values` [channel][row], NaN where missing.
 */
export function cycleRows(values: readonly Float64Array[], rowsMax: number): number {
  const every = Math.ceil(values.length / CHANNELS_MAX);
  const asked = values.filter((_, k) => k % every === 0);
  const periods = asked
    .map((column) => periodOf(column.filter(Number.isFinite).slice(-ROWS_MAX), 2 * rowsMax))
    .filter(({ strength }) => strength >= STRENGTH_MIN)
    .map(({ length }) => length)
    .sort((a, b) => a - b);
  if (2 * periods.length <= asked.length) return 0;
  const usual = periods[periods.length >> 1];
  return usual <= rowsMax ? usual : 0;
}
