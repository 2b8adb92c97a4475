import { mean, standardDeviation } from '../math/stats.ts';

export interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Of the finite values; what never moves may move by a twentieth of its size. */
export function momentsOf(values: Float64Array): Moments {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return { mean: 0, deviation: 1 };
  const average = mean(finite);
  const deviation = standardDeviation(finite, average);
  if (deviation >= 1e-9) return { mean: average, deviation };
  const magnitude = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { mean: average, deviation: Math.max(1e-3, 0.05 * magnitude) };
}
