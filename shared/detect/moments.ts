import { mean, standardDeviation } from '../math/stats.ts';

export interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Spreads of less than this share of the values are float noise of a constant. */
const RELATIVE_MIN = 1e-9;

/** Of the finite values; what never moves may move by a twentieth of its size. */
export function momentsOf(values: Float64Array): Moments {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return { mean: 0, deviation: 1 };
  const average = mean(finite);
  const deviation = standardDeviation(finite, average);
  const magnitude = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (deviation > RELATIVE_MIN * magnitude) return { mean: average, deviation };
  return { mean: average, deviation: Math.max(1e-3, 0.05 * magnitude) };
}
