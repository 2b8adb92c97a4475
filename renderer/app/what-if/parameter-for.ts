/** Which parameter keeps to a budget of alarms. */
import type { ThresholdCurve } from '../../../shared/domain/threshold.ts';

/** Between the points of the curve, on a logarithmic scale; the laxest with at most so many. */
export function parameterFor({ parameters, perDay }: ThresholdCurve, wanted: number): number {
  const after = perDay.findIndex((rate) => rate > wanted);
  if (after < 0) return parameters[parameters.length - 1];
  if (after === 0) return parameters[0];
  const [low, high] = [perDay[after - 1], perDay[after]];
  const share = high > low ? (wanted - low) / (high - low) : 0;
  return parameters[after - 1] * (parameters[after] / parameters[after - 1]) ** share;
}
