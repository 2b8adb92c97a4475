/** How well activities were recognised: by window, by segment, by order. */
import type { ClassScore, WindowScores } from '../domain/recogniser.ts';
import { lengthOf, runsOf, type Run } from './runs.ts';

/** Classes count from 0; a found class outside of them is *unknown*. */
export function scoreWindows(
  truth: ArrayLike<number>,
  found: ArrayLike<number>,
  classes: number,
): WindowScores {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes + 1).fill(0));
  for (let i = 0; i < truth.length; i++) {
    const known = found[i] >= 0 && found[i] < classes;
    confusion[truth[i]][known ? found[i] : classes]++;
  }
  const perClass = confusion.map((row, c) => classScore(row, confusion, c));
  const seen = perClass.filter((score) => score !== null);
  const meanOf = (value: (score: ClassScore) => number): number =>
    seen.reduce((sum, score) => sum + value(score), 0) / seen.length;
  return {
    accuracy: confusion.reduce((sum, row, c) => sum + row[c], 0) / truth.length,
    macroF1: meanOf(({ f1 }) => f1),
    balancedAccuracy: meanOf(({ recall }) => recall),
    perClass,
    confusion,
  };
}

function classScore(
  row: readonly number[],
  confusion: readonly (readonly number[])[],
  c: number,
): ClassScore | null {
  const count = row.reduce((sum, windows) => sum + windows, 0);
  if (count === 0) return null;
  const hits = row[c];
  const claimed = confusion.reduce((sum, other) => sum + other[c], 0);
  return {
    count,
    precision: claimed === 0 ? 0 : hits / claimed,
    recall: hits / count,
    f1: (2 * hits) / (count + claimed),
  };
}

export interface SegmentCounts {
  readonly hits: number;
  readonly falsePositives: number;
  readonly misses: number;
}

/**
 * Segments found against segments of the truth. Samples labelled −1 are not judged: truth of one
 * class on both sides of them is one segment, and a found segment that lies mostly on them does not
 * count. A found segment hits the truth of its class that it overlaps most, once, when their
 * intersection over union, on judged samples, reaches `overlap`.
 */
export function matchSegments(
  truth: ArrayLike<number>,
  found: ArrayLike<number>,
  overlap: number,
): SegmentCounts {
  const judged = judgedBefore(truth);
  const expected = truthSegments(truth);
  const used = new Set<Run>();
  let hits = 0;
  let falsePositives = 0;
  for (const run of runsOf(found)) {
    if (judged(run.first, run.last) < 0.5 * lengthOf(run)) continue;
    let best = 0;
    let match: Run | null = null;
    for (const candidate of expected) {
      if (candidate.value !== run.value || used.has(candidate)) continue;
      const both = judged(Math.max(run.first, candidate.first), Math.min(run.last, candidate.last));
      const either = judged(
        Math.min(run.first, candidate.first),
        Math.max(run.last, candidate.last),
      );
      if (both / either > best) [best, match] = [both / either, candidate];
    }
    if (match && best >= overlap) {
      used.add(match);
      hits++;
    } else falsePositives++;
  }
  return { hits, falsePositives, misses: expected.length - used.size };
}

/** Counts judged samples of a stretch, from running sums. */
function judgedBefore(truth: ArrayLike<number>): (first: number, last: number) => number {
  const before = new Uint32Array(truth.length + 1);
  for (let i = 0; i < truth.length; i++) before[i + 1] = before[i] + (truth[i] >= 0 ? 1 : 0);
  return (first, last) => (last < first ? 0 : before[last + 1] - before[first]);
}

function truthSegments(truth: ArrayLike<number>): Run[] {
  const merged: Run[] = [];
  for (const run of runsOf(truth)) {
    if (run.value < 0) continue;
    const before = merged.at(-1);
    if (before?.value === run.value) merged[merged.length - 1] = { ...before, last: run.last };
    else merged.push(run);
  }
  return merged;
}

export function segmentF1(counts: readonly SegmentCounts[]): number {
  const sum = (key: keyof SegmentCounts): number =>
    counts.reduce((total, one) => total + one[key], 0);
  const hits = 2 * sum('hits');
  return hits / (hits + sum('falsePositives') + sum('misses'));
}

/**
 * 1 − Levenshtein distance of the orders of classes over the longer of them (Lea et al. 2017); 1 is
 * the right order. Samples labelled −1 are left out of both.
 */
export function editScore(truth: ArrayLike<number>, found: ArrayLike<number>): number {
  const judged = Array.from(truth, (_, i) => i).filter((i) => truth[i] >= 0);
  const order = (sequence: ArrayLike<number>): number[] =>
    runsOf(judged.map((i) => sequence[i])).map(({ value }) => value);
  const [a, b] = [order(truth), order(found)];
  const longer = Math.max(a.length, b.length);
  return longer === 0 ? 1 : 1 - levenshtein(a, b) / longer;
}

function levenshtein(a: readonly number[], b: readonly number[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/**
 * How far the found changes lie from the true ones, in samples: for every true change between two
 * labelled classes, the nearest found change into the same class within `reach`. Positive: late.
 */
export function boundaryDelays(
  truth: ArrayLike<number>,
  found: ArrayLike<number>,
  reach: number,
): number[] {
  const changes = runsOf(found).slice(1);
  return truthSegments(truth)
    .slice(1)
    .flatMap(({ value, first }) => {
      const delays = changes
        .filter((change) => change.value === value && Math.abs(change.first - first) <= reach)
        .map((change) => change.first - first);
      if (delays.length === 0) return [];
      return [delays.reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a))];
    });
}
