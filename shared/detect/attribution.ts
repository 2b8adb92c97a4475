/**
 * Which channels an event is about: those that changed most against their own recent past.
 *
 *   c_k = √(mean (x − m)² during) / (√(mean (x − m)² before) + 0.1 s₀),   m the mean of the 300
 *   rows before
 *
 * A channel that is far from its training range, but was so before, is not what happened now.
 */
import { mean } from '../math/stats.ts';

export const RECENT_ROWS = 300;
/** The alarm comes some rows after the fault; they tell nothing of before. */
export const LEAD_ROWS = 5;
const SCALE_SHARE = 0.1;
/** Fewer rows tell nothing. */
const ROWS_MIN = 10;

/** c_k; NaN when there is too little to tell. `scale`: s₀ of the channel. */
export function changeOf(before: Float64Array, during: Float64Array, scale: number): number {
  if (before.length < ROWS_MIN || during.length === 0) return NaN;
  const centre = mean(before);
  const distance = (values: Float64Array): number => {
    return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
  };
  return distance(during) / (distance(before) + SCALE_SHARE * scale);
}

/** Shares that sum to 1; a channel that changed no more than usual has none. Null: nobody has. */
export function sharesOf(changes: readonly number[]): number[] | null {
  const excess = changes.map((change) => (change > 1 ? change - 1 : 0));
  const total = excess.reduce((sum, value) => sum + value, 0);
  return total > 0 ? excess.map((value) => value / total) : null;
}
