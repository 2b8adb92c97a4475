/**
 * Change points of several channels by penalised cost, exactly and in about linear time: PELT
 * (Killick, Fearnhead and Eckley 2012).
 *
 *   F(t) = min over s < t of F(s) + C(s, t) + β
 *
 * C(s, t) of a stretch is its Gaussian cost with mean and variance free, summed over channels:
 * ½ (t − s) ln σ². A candidate s is dropped once F(s) + C(s, t) > F(t): it can never win again.
 */

/** A channel that is constant for a while costs no more than this deviation, in its own scale. */
const VARIANCE_MIN = 1e-4;

export interface ChangePointOptions {
  /** Shortest stretch, rows. */
  readonly lengthMin: number;
  /** β; by default that of the Bayesian criterion, (2d + 1) ½ ln n, times three. */
  readonly penalty?: number;
}

/** First rows of all stretches but one; `rows` [n, d], each channel scaled to unit variance. */
export function changePoints(
  rows: Float64Array,
  channels: number,
  { lengthMin, penalty }: ChangePointOptions,
): number[] {
  const n = rows.length / channels;
  if (n < 2 * lengthMin) return [];
  const β = penalty ?? 1.5 * (2 * channels + 1) * Math.log(n);
  const cost = gaussianCost(rows, channels);
  const best = new Float64Array(n + 1).fill(Infinity);
  const from = new Int32Array(n + 1);
  best[0] = -β;
  let candidates = [0];
  for (let t = lengthMin; t <= n; t++) {
    const totals = candidates.map((s) => (t - s < lengthMin ? Infinity : best[s] + cost(s, t)));
    totals.forEach((total, i) => {
      if (total + β < best[t]) [best[t], from[t]] = [total + β, candidates[i]];
    });
    candidates = candidates.filter((s, i) => t - s < lengthMin || totals[i] <= best[t]);
    if (n - t >= lengthMin && best[t] < Infinity) candidates.push(t);
  }
  const changes: number[] = [];
  for (let t = from[n]; t > 0; t = from[t]) changes.unshift(t);
  return changes;
}

/** C(s, t) from running sums. */
function gaussianCost(rows: Float64Array, d: number): (s: number, t: number) => number {
  const n = rows.length / d;
  const sums = new Float64Array((n + 1) * d);
  const squares = new Float64Array((n + 1) * d);
  for (let i = 0; i < n * d; i++) {
    sums[i + d] = sums[i] + rows[i];
    squares[i + d] = squares[i] + rows[i] * rows[i];
  }
  return (s, t) => {
    let total = 0;
    for (let k = 0; k < d; k++) {
      const mean = (sums[t * d + k] - sums[s * d + k]) / (t - s);
      const variance = (squares[t * d + k] - squares[s * d + k]) / (t - s) - mean * mean;
      total += 0.5 * (t - s) * Math.log(Math.max(variance, VARIANCE_MIN));
    }
    return total;
  };
}
