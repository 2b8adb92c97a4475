/**
 * Volume under the precision–recall surface (Paparrizos et al. 2022, the variant of TSB-AD):
 * labels reach softly over the ends of a segment, √(1 − d/w) at distance d, for every buffer w
 * from 0 to L.
 */
import { lowerBound } from '../../math/stats.ts';
import { runsOf } from './points.ts';

const THRESHOLDS = 250;

export interface Volumes {
  readonly pr: number;
  readonly roc: number;
}

export function vus(labels: ArrayLike<number>, scores: Float64Array, L = 100): Volumes {
  const n = scores.length;
  const segments = runsOf(labels);
  const ascending = scores.slice().sort();
  const thresholds = Float64Array.from(
    { length: THRESHOLDS },
    (_, k) => ascending[n - 1 - Math.floor((k * (n - 1)) / (THRESHOLDS - 1))],
  );
  const predicted = thresholds.map((threshold) => n - lowerBound(ascending, threshold));
  const inside: number[] = [];
  for (let i = 0; i < n; i++) if (labels[i] > 0) inside.push(i);
  const insideTp = weightAbove(scores, thresholds, inside, () => 1);
  let [pr, roc] = [0, 0];
  for (let w = 0; w <= L; w++) {
    const soft = softLabels(labels, segments, w);
    const rows: number[] = [];
    soft.forEach((weight, i) => {
      if (weight > 0) rows.push(i);
    });
    const softTp = weightAbove(scores, thresholds, rows, (i) => soft[i]);
    const tp = insideTp.map((count, k) => count + softTp[k]);
    const existence = existenceOf(scores, thresholds, widened(segments, w >> 1, n));
    const recall = tp.map(
      (count, k) => Math.min(count / (inside.length + softTp[k] / 2), 1) * existence[k],
    );
    const fall = tp.map(
      (count, k) => (predicted[k] - count) / (n - (inside.length + softTp[k] / 2)),
    );
    pr += prArea(recall, tp, predicted);
    roc += rocArea(recall, fall);
  }
  return { pr: pr / (L + 1), roc: roc / (L + 1) };
}

/** Weights of the rows scored at least so high, by threshold (falling). */
function weightAbove(
  scores: Float64Array,
  thresholds: Float64Array,
  rows: readonly number[],
  weight: (row: number) => number,
): Float64Array {
  const order = Array.from(rows).sort((a, b) => scores[b] - scores[a]);
  let [sum, next] = [0, 0];
  return thresholds.map((threshold) => {
    while (next < order.length && scores[order[next]] >= threshold) sum += weight(order[next++]);
    return sum;
  });
}

function softLabels(
  labels: ArrayLike<number>,
  segments: readonly (readonly [number, number])[],
  w: number,
): Float64Array {
  const n = labels.length;
  const soft = new Float64Array(n);
  const h = w >> 1;
  for (const [a, b] of segments) {
    for (let i = b + 1; i < Math.min(b + h + 1, n); i++) soft[i] += Math.sqrt(1 - (i - b) / w);
    for (let i = Math.max(a - h, 0); i < a; i++) soft[i] += Math.sqrt(1 - (a - i) / w);
  }
  return soft.map((weight, i) => (labels[i] > 0 ? 0 : Math.min(weight, 1)));
}

/** Segments reaching h rows farther on either side; those that then touch are one. */
function widened(
  segments: readonly (readonly [number, number])[],
  h: number,
  n: number,
): [number, number][] {
  const wide: [number, number][] = [];
  let start = Math.max(segments[0][0] - h, 0);
  for (let i = 0; i + 1 < segments.length; i++) {
    if (segments[i][1] + h >= segments[i + 1][0] - h) continue;
    wide.push([start, segments[i][1] + h]);
    start = segments[i + 1][0] - h;
  }
  wide.push([start, Math.min(segments.at(-1)![1] + h, n - 1)]);
  return wide;
}

/** The share of segments with a row scored at least so high. */
function existenceOf(
  scores: Float64Array,
  thresholds: Float64Array,
  segments: readonly (readonly [number, number])[],
): Float64Array {
  const peaks = segments.map(([a, b]) => {
    return scores.subarray(a, b + 1).reduce((most, score) => Math.max(most, score), -Infinity);
  });
  return thresholds.map(
    (threshold) => peaks.filter((peak) => peak >= threshold).length / peaks.length,
  );
}

function prArea(recall: Float64Array, tp: Float64Array, predicted: Float64Array): number {
  let [area, before] = [0, 0];
  for (let k = 0; k < recall.length; k++) {
    area += (recall[k] - before) * (tp[k] / predicted[k]);
    before = recall[k];
  }
  return area;
}

function rocArea(recall: Float64Array, fall: Float64Array): number {
  let [area, x, y] = [0, 0, 0];
  const step = (nextX: number, nextY: number): void => {
    area += ((nextX - x) * (nextY + y)) / 2;
    [x, y] = [nextX, nextY];
  };
  for (let k = 0; k < recall.length; k++) step(fall[k], recall[k]);
  step(1, 1);
  return area;
}
