/**
 * Robust scaling per channel: c = median, s = IQR/1.349 (a normal's standard deviation). Where the
 * quartiles say too little, the standard deviation steps in, and 1 where nothing varies.
 */
import { mean, quantileSorted, standardDeviation } from '../math/stats.ts';

const IQR_OF_NORMAL = 1.349;
const IQR_SHARE_MIN = 0.1;
const RELATIVE_SCALE_MIN = 1e-9;

export interface Scale {
  readonly centre: number;
  readonly scale: number;
}

/** From the finite values of one channel over the training range; NaN values are left out. */
export function fitScale(values: Float64Array): Scale {
  const sorted = values.filter(Number.isFinite).sort();
  if (sorted.length === 0) return { centre: 0, scale: 1 };
  const centre = quantileSorted(sorted, 0.5);
  const deviation = standardDeviation(sorted, mean(sorted));
  let scale = (quantileSorted(sorted, 0.75) - quantileSorted(sorted, 0.25)) / IQR_OF_NORMAL;
  // Squares of values near the largest double overflow, and a scale without end says nothing.
  if (scale < IQR_SHARE_MIN * deviation && deviation < Infinity) scale = deviation;
  if (scale < RELATIVE_SCALE_MIN * Math.max(1, Math.abs(centre))) scale = 1;
  return { centre, scale };
}

/** z = (x − c)/s */
export function standardise(x: number, { centre, scale }: Scale): number {
  return (x - centre) / scale;
}

/** x = c + s z */
export function destandardise(z: number, { centre, scale }: Scale): number {
  return centre + scale * z;
}
