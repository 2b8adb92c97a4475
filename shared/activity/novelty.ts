/**
 * Behaviour that was never labelled. A recogniser gives it the name of what it resembles most, and
 * it gives itself away in two ways. With x the summary of a window, averaged over its neighbours:
 *
 *   across   d_a² = (x − μ_c)ᵀ A_c⁻¹ (x − μ_c)   unlike class c of anybody who was labelled
 *   within   d_w² = (x − a_c)ᵀ W_c⁻¹ (x − a_c)   unlike class c of this very recording
 *
 * a_c: mean of the piece of the recording that was recognised as c and is the most like it (least
 * d_a). People differ from each other much more than each from himself, so A is wide and W narrow.
 * Novel: d_a / α_c of every class, or d_w / β_c of the recognised one, is over a limit that spares
 * all but a few windows of known activities of people who were left out.
 */
import { mahalanobisSquared } from '../math/cholesky.ts';
import { lengthOf, runsOf, type Run } from './runs.ts';

/** Neighbours on each side that are averaged over; live answers lag as many windows. */
export const NOVELTY_REACH = 4;
/** Windows of a piece of a run that may be an anchor; fewer than the least stand for nothing. */
export const ANCHOR_WINDOWS = 16;
const ANCHOR_WINDOWS_MIN = 6;

/** What a class looks like; S numbers a window. */
export interface ClassLook {
  /** μ [S] */
  readonly mean: Float64Array;
  /** L of A = L Lᵀ, scatter around μ over everybody [S, S]. */
  readonly across: Float64Array;
  /** L of W = L Lᵀ, scatter around the mean of each session [S, S]. */
  readonly within: Float64Array;
  /** α: d_a of what is surely like none. */
  readonly acrossLimit: number;
  /** β: d_w that few windows exceed. */
  readonly withinLimit: number;
}

export interface Novelty {
  /** By class. */
  readonly looks: readonly ClassLook[];
  /** Most of what is known. */
  readonly limit: number;
}

/** How a class looked in a recording so far. */
export interface Anchor {
  /** d_a of `mean`. */
  readonly distance: number;
  /** a [S] */
  readonly mean: Float64Array;
}

/** Summaries of consecutive windows [n][S] and their recognised classes [n]. */
export interface Seen {
  readonly rows: readonly Float64Array[];
  readonly path: ArrayLike<number>;
}

/** Each row's mean with its neighbours, [n][S]. */
export function averageRows(rows: readonly Float64Array[]): Float64Array[] {
  return rows.map((_, i) => {
    const last = Math.min(rows.length - 1, i + NOVELTY_REACH);
    return meanRow(rows, Math.max(0, i - NOVELTY_REACH), last);
  });
}

/** Which windows of a recording look like nothing that is known, stretch by stretch. */
export function novelWindows(novelty: Novelty, stretches: readonly Seen[]): boolean[][] {
  const averaged = stretches.map(({ rows, path }) => ({ rows: averageRows(rows), path }));
  const anchors = anchorsOf(novelty.looks, averaged);
  return averaged.map(({ rows, path }) => {
    return rows.map((row, i) => isNovel(novelty, path[i], anchors[path[i]], row));
  });
}

/** min over classes of d_a / α, or d_w / β of class c, is over the limit. */
export function isNovel(
  { looks, limit }: Novelty,
  c: number,
  anchor: Anchor | null,
  row: Float64Array,
): boolean {
  const isLike = ({ across, mean, acrossLimit }: ClassLook): boolean =>
    distance(across, row, mean) <= limit * acrossLimit;
  if (!looks.some(isLike)) return true;
  const { within, withinLimit } = looks[c];
  return anchor !== null && distance(within, row, anchor.mean) > limit * withinLimit;
}

/** Of every class of `path`; null where no run of it is long enough. */
export function anchorsOf(
  looks: readonly ClassLook[],
  stretches: readonly Seen[],
): (Anchor | null)[] {
  const anchors: (Anchor | null)[] = looks.map(() => null);
  for (const { rows, path } of stretches) {
    for (const { value, first, last } of runsOf(path).flatMap(piecesOf)) {
      const mean = meanRow(rows, first, last);
      anchors[value] = nearerAnchor(looks[value], anchors[value], mean, last - first + 1);
    }
  }
  return anchors;
}

/** Equal pieces: a run may hold what is known and what only was given its name. */
function piecesOf(run: Run): Run[] {
  const length = lengthOf(run);
  const count = Math.max(1, Math.floor(length / ANCHOR_WINDOWS));
  return Array.from({ length: count }, (_, i) => ({
    value: run.value,
    first: run.first + Math.floor((i * length) / count),
    last: run.first + Math.floor(((i + 1) * length) / count) - 1,
  }));
}

/** The mean of so many windows, where they are enough and more like the class than what was. */
export function nearerAnchor(
  look: ClassLook,
  anchor: Anchor | null,
  mean: Float64Array,
  windows: number,
): Anchor | null {
  if (windows < ANCHOR_WINDOWS_MIN) return anchor;
  const own = distance(look.across, mean, look.mean);
  return anchor && anchor.distance <= own ? anchor : { distance: own, mean };
}

export function distance(factor: Float64Array, row: Float64Array, from: Float64Array): number {
  const offset = row.map((value, k) => value - from[k]);
  return Math.sqrt(mahalanobisSquared(factor, offset, row.length));
}

function meanRow(rows: readonly Float64Array[], first: number, last: number): Float64Array {
  const sum = new Float64Array(rows[0].length);
  for (let i = first; i <= last; i++) rows[i].forEach((value, k) => (sum[k] += value));
  return sum.map((value) => value / (last - first + 1));
}
