/**
 * From decimated columns to what a lane draws. Of a bucket both its minimum and its maximum are
 * shown, so that no spike is lost; a gap in time becomes a gap in the line.
 */
import type { ColumnView, TimeRange } from '../../../shared/domain/stream.ts';

/** A step longer than so many buckets is drawn as a gap. */
const GAP_BUCKETS = 3;

/** Points as [t0, v0, t1, v1, …]; t in ms, NaN where the line breaks. */
export type Trace = Float64Array;

/** One column over time: rows as a line, buckets as a ribbon from their minima to their maxima. */
export function envelope(
  view: ColumnView,
  column: number,
): { readonly line: Trace } | { readonly ribbon: readonly BandPiece[] } {
  if (view.raw) return { line: meanLine(view, column) };
  const pieces = band(view, view.min[column], view.max[column]);
  return { ribbon: pieces.map(joined) };
}

/** Buckets that lie wholly above or below the one before reach out to it. */
function joined({ t, low, high }: BandPiece): BandPiece {
  const before = (i: number): number => Math.max(0, i - 1);
  return {
    t,
    low: low.map((value, i) => Math.min(value, high[before(i)])),
    high: high.map((value, i) => Math.max(value, low[before(i)])),
  };
}

/** The mean of one column over time. */
export function meanLine(view: ColumnView, column: number): Trace {
  const { t, mean, bucketMs } = view;
  const points = new Float64Array(2 * (t.length + countGaps(view)));
  let at = 0;
  for (let i = 0; i < t.length; i++) {
    if (i > 0 && isGap(view, i)) {
      points[at++] = centre(view, i) - bucketMs;
      points[at++] = NaN;
    }
    points[at++] = centre(view, i);
    points[at++] = mean[column][i];
  }
  return points;
}

/** A filled area between two columns, cut where either is missing. Times in ms. */
export interface BandPiece {
  readonly t: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export function band(
  view: ColumnView,
  low: Float64Array,
  high: Float64Array,
): readonly BandPiece[] {
  const pieces: { t: number[]; low: number[]; high: number[] }[] = [];
  let open = false;
  for (let i = 0; i < view.t.length; i++) {
    if (i > 0 && isGap(view, i)) open = false;
    if (!Number.isFinite(low[i]) || !Number.isFinite(high[i])) {
      open = false;
      continue;
    }
    if (!open) pieces.push({ t: [], low: [], high: [] });
    open = true;
    const piece = pieces[pieces.length - 1];
    piece.t.push(centre(view, i));
    piece.low.push(low[i]);
    piece.high.push(high[i]);
  }
  return pieces;
}

/** Index of the point nearest to a time; -1 when it is further away than three buckets. */
export function nearest(view: ColumnView, time: number): number {
  const { t } = view;
  let [low, high] = [0, t.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (centre(view, middle) < time) low = middle + 1;
    else high = middle;
  }
  const candidates = [low - 1, low].filter((i) => i >= 0 && i < t.length);
  const distance = (i: number): number => Math.abs(centre(view, i) - time);
  const best = candidates.sort((a, b) => distance(a) - distance(b))[0] ?? -1;
  return best >= 0 && distance(best) <= GAP_BUCKETS * view.bucketMs ? best : -1;
}

/** [lowest, highest] value of a column within a range; null when there is none. */
export function extent(
  view: ColumnView,
  column: number,
  range: TimeRange,
): [number, number] | null {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < view.t.length; i++) {
    if (view.t[i] + view.bucketMs < range.from || view.t[i] > range.to) continue;
    if (view.min[column][i] < low) low = view.min[column][i];
    if (view.max[column][i] > high) high = view.max[column][i];
  }
  return low <= high ? [low, high] : null;
}

function centre({ t, raw, bucketMs }: ColumnView, index: number): number {
  return raw ? t[index] : t[index] + bucketMs / 2;
}

/** Whether too much time lies between a point and the one before it to join them. */
export function isGap({ t, bucketMs }: ColumnView, index: number): boolean {
  return t[index] - t[index - 1] > GAP_BUCKETS * bucketMs;
}

function countGaps(view: ColumnView): number {
  let gaps = 0;
  for (let i = 1; i < view.t.length; i++) if (isGap(view, i)) gaps++;
  return gaps;
}
