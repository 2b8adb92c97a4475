/** Point-wise measures of scores against labels 0 and 1. Nothing is adjusted: a row is a row. */

/** Counts at each distinct threshold, from high to low: rows scored at least so high. */
interface Curve {
  readonly thresholds: number[];
  readonly tp: number[];
  readonly fp: number[];
  readonly positives: number;
}

function curveOf(labels: ArrayLike<number>, scores: Float64Array): Curve {
  const order = orderOf(scores);
  const curve = { thresholds: [] as number[], tp: [] as number[], fp: [] as number[] };
  let tp = 0;
  order.forEach((row, i) => {
    tp += labels[row] > 0 ? 1 : 0;
    if (i + 1 < order.length && scores[order[i + 1]] === scores[row]) return;
    curve.thresholds.push(scores[row]);
    curve.tp.push(tp);
    curve.fp.push(i + 1 - tp);
  });
  return { ...curve, positives: tp };
}

/** Rows by falling score. */
function orderOf(scores: Float64Array): Uint32Array {
  return Uint32Array.from(scores, (_, row) => row).sort((a, b) => scores[b] - scores[a]);
}

/** Average precision Σ (R_k − R_{k−1}) P_k over distinct thresholds. */
export function aucPr(labels: ArrayLike<number>, scores: Float64Array): number {
  const { tp, fp, positives } = curveOf(labels, scores);
  let [area, before] = [0, 0];
  for (let k = 0; k < tp.length; k++) {
    area += ((tp[k] - before) / positives) * (tp[k] / (tp[k] + fp[k]));
    before = tp[k];
  }
  return area;
}

/** The share of pairs in the right order, ties half. */
export function aucRoc(labels: ArrayLike<number>, scores: Float64Array): number {
  const { tp, fp, positives } = curveOf(labels, scores);
  const negatives = scores.length - positives;
  let [area, x, y] = [0, 0, 0];
  for (let k = 0; k < tp.length; k++) {
    const [nextX, nextY] = [fp[k] / negatives, tp[k] / positives];
    area += ((nextX - x) * (nextY + y)) / 2;
    [x, y] = [nextX, nextY];
  }
  return area;
}

/** The best F1 that any threshold reaches: an oracle's. */
export function bestF1(
  labels: ArrayLike<number>,
  scores: Float64Array,
): { readonly f1: number; readonly threshold: number } {
  const { thresholds, tp, fp, positives } = curveOf(labels, scores);
  let best = { f1: 0, threshold: Infinity };
  for (let k = 0; k < tp.length; k++) {
    const f1 = (2 * tp[k]) / (tp[k] + fp[k] + positives);
    if (f1 > best.f1) best = { f1, threshold: thresholds[k] };
  }
  return best;
}

export interface Confusion {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

export function confusionOf(labels: ArrayLike<number>, flags: ArrayLike<number>): Confusion {
  const counts = { tp: 0, fp: 0, fn: 0, tn: 0 };
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] > 0) counts[flags[i] > 0 ? 'tp' : 'fn']++;
    else counts[flags[i] > 0 ? 'fp' : 'tn']++;
  }
  return counts;
}

export function addConfusions(parts: readonly Confusion[]): Confusion {
  const sum = (key: keyof Confusion): number => parts.reduce((total, part) => total + part[key], 0);
  return { tp: sum('tp'), fp: sum('fp'), fn: sum('fn'), tn: sum('tn') };
}

/** F1; false and missed alarm rates in percent (SKAB's FAR and MAR). */
export function ratesOf({ tp, fp, fn, tn }: Confusion): { f1: number; far: number; mar: number } {
  return {
    f1: tp > 0 ? tp / (tp + (fp + fn) / 2) : 0,
    far: (100 * fp) / Math.max(1, fp + tn),
    mar: (100 * fn) / Math.max(1, tp + fn),
  };
}

/** First and last row of every run of positive values. */
export function runsOf(flags: ArrayLike<number>): [number, number][] {
  const runs: [number, number][] = [];
  for (let i = 0; i < flags.length; i++) {
    if (!(flags[i] > 0)) continue;
    if (i > 0 && flags[i - 1] > 0) runs[runs.length - 1][1] = i;
    else runs.push([i, i]);
  }
  return runs;
}
