/**
 * Probabilities that mean what they say. Temperature scaling (Guo et al. 2017): p = softmax(s / τ)
 * with the τ that makes held-out windows likeliest.
 */
import type { ReliabilityBin } from '../domain/recogniser.ts';

/** Of one row of scores. */
export function softmax(scores: ArrayLike<number>, temperature = 1): Float64Array {
  let top = -Infinity;
  for (let c = 0; c < scores.length; c++) top = Math.max(top, scores[c]);
  const p = Float64Array.from(scores, (s) => Math.exp((s - top) / temperature));
  const sum = p.reduce((total, one) => total + one, 0);
  return p.map((one) => one / sum);
}

const LOG_TEMPERATURE_MAX = Math.log(20);
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Mean −ln p of the truth; `scores` [n, C], `truth` [n]. */
export function lossOf(scores: Float64Array, truth: ArrayLike<number>, τ: number): number {
  const C = scores.length / truth.length;
  let sum = 0;
  for (let i = 0; i < truth.length; i++) {
    const p = softmax(scores.subarray(i * C, (i + 1) * C), τ);
    sum -= Math.log(Math.max(p[truth[i]], 1e-12));
  }
  return sum / truth.length;
}

/** τ by golden section over ln τ; `scores` [n, C], `truth` [n]. */
export function fitTemperature(scores: Float64Array, truth: ArrayLike<number>): number {
  const loss = (logτ: number): number => lossOf(scores, truth, Math.exp(logτ));
  let [low, high] = [-LOG_TEMPERATURE_MAX, LOG_TEMPERATURE_MAX];
  while (high - low > 1e-3) {
    const [a, b] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
    if (loss(a) < loss(b)) high = b;
    else low = a;
  }
  return Math.exp((low + high) / 2);
}

/** Best probabilities against how often they were right, in equal bins; empty ones left out. */
export function reliabilityCurve(
  probabilities: Float64Array,
  truth: ArrayLike<number>,
  bins = 10,
): ReliabilityBin[] {
  const C = probabilities.length / truth.length;
  const sums = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, accuracy: 0 }));
  for (let i = 0; i < truth.length; i++) {
    const row = probabilities.subarray(i * C, (i + 1) * C);
    const best = Math.max(...row);
    const bin = sums[Math.min(bins - 1, Math.floor(best * bins))];
    bin.count++;
    bin.confidence += best;
    if (row.indexOf(best) === truth[i]) bin.accuracy++;
  }
  return sums
    .filter(({ count }) => count > 0)
    .map(({ count, confidence, accuracy }) => ({
      count,
      confidence: confidence / count,
      accuracy: accuracy / count,
    }));
}

/** Σ over bins of share · |accuracy − confidence|. */
export function calibrationError(curve: readonly ReliabilityBin[]): number {
  const total = curve.reduce((sum, { count }) => sum + count, 0);
  return curve.reduce(
    (sum, { count, confidence, accuracy }) =>
      sum + (count / total) * Math.abs(accuracy - confidence),
    0,
  );
}

/** Softmax of every row of scores [n, C]. */
export function probabilitiesOf(
  scores: Float64Array,
  n: number,
  temperature: number,
): Float64Array {
  const C = scores.length / Math.max(1, n);
  const out = new Float64Array(scores.length);
  for (let i = 0; i < n; i++) {
    out.set(softmax(scores.subarray(i * C, (i + 1) * C), temperature), i * C);
  }
  return out;
}
