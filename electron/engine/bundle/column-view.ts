/** A decimated view of columns in memory, as the store answers it of its tables. */
import type { ColumnView, SampleBatch, TimeRange } from '../../../shared/domain/stream.ts';

/** `batch.t` ascends. Every row when they are few; else minimum, maximum and mean by bucket. */
export function viewOf(
  { t, columns }: SampleBatch,
  names: readonly string[],
  periodMs: number,
  range: TimeRange,
  pointsMax: number,
): ColumnView {
  const first = firstFrom(t, range.from);
  const end = firstAfter(t, range.to);
  if (end - first <= pointsMax) {
    const values = columns.map((column) => column.slice(first, end));
    const own = { min: values, max: values, mean: values, raw: true, bucketMs: periodMs };
    return { names, t: t.slice(first, end), ...own };
  }
  // Buckets keep their places as the range moves, so that one more than fits the range may show.
  const bucketMs = Math.ceil((range.to - range.from + 1) / Math.max(1, pointsMax - 1));
  const starts = bucketStarts(t, first, end, bucketMs);
  const parts = columns.map((column) => reduced(column, starts, end));
  return {
    ...{ names, raw: false, bucketMs },
    t: Float64Array.from(starts, (row) => Math.floor(t[row] / bucketMs) * bucketMs),
    min: parts.map(({ min }) => min),
    max: parts.map(({ max }) => max),
    mean: parts.map(({ mean }) => mean),
  };
}

/** The first row of every bucket that has one. */
function bucketStarts(t: Float64Array, first: number, end: number, bucketMs: number): number[] {
  const starts: number[] = [];
  let bucket = NaN;
  for (let row = first; row < end; row++) {
    const own = Math.floor(t[row] / bucketMs);
    if (own !== bucket) starts.push(row);
    bucket = own;
  }
  return starts;
}

/** Missing values count for nothing; a bucket of nothing else is missing. */
function reduced(column: Float64Array, starts: readonly number[], end: number) {
  const [min, max, mean] = [0, 1, 2].map(() => new Float64Array(starts.length));
  starts.forEach((start, b) => {
    let [lowest, highest, sum, count] = [Infinity, -Infinity, 0, 0];
    for (let row = start; row < (starts[b + 1] ?? end); row++) {
      const value = column[row];
      if (Number.isNaN(value)) continue;
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
      sum += value;
      count++;
    }
    min[b] = count > 0 ? lowest : NaN;
    max[b] = count > 0 ? highest : NaN;
    mean[b] = sum / count;
  });
  return { min, max, mean };
}

function firstFrom(t: Float64Array, time: number): number {
  let [low, high] = [0, t.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

const firstAfter = (t: Float64Array, time: number): number => firstFrom(t, time + 1);
