/**
 * Behaviour that was never labelled. A recogniser gives it the name of what it resembles most, and
 * it gives itself away in two ways. With x the summary of a window, averaged over its neighbours:
 *
 *   across   d_a² = (x − μ_c)ᵀ A_c⁻¹ (x − μ_c)   unlike class c of anybody who was labelled
 *   within   d_w² = (x − a_c)ᵀ W_c⁻¹ (x − a_c)   unlike class c of this very recording
 *
 * a_c: mean of the pieces of the recording that were recognised as c and are the most like it
 * (least d_a). People differ from each other much more than each from himself, so A is wide and W
 * narrow.
 * Novel: d_a / α_c of every class, or d_w / β_c of the recognised one, is over a limit that spares
 * all but a few windows of known activities of people who were left out.
 */
import { mahalanobisSquared } from '../math/cholesky.ts';

/** Neighbours on each side that are averaged over; live answers lag as many windows. */
export const NOVELTY_REACH = 4;
/** Windows of a piece of a class that may be an anchor; fewer than the least stand for nothing. */
export const ANCHOR_WINDOWS = 16;
const ANCHOR_WINDOWS_MIN = 6;
/** Pieces that are at most so many times as far from μ as the nearest make an anchor together. */
const ALIKE = 1.25;
const ANCHOR_PIECES_MAX = 8;

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

/** So many windows that followed each other and were recognised as one class. */
export interface Piece {
  /** d_a of `mean`. */
  readonly distance: number;
  /** [S] */
  readonly mean: Float64Array;
  readonly windows: number;
}

/** How a class looked in a recording so far. */
export interface Anchor {
  /** Those most like the class, the likest first. */
  readonly pieces: readonly Piece[];
  /** a [S], their mean. */
  readonly mean: Float64Array;
}

/** A window as it is judged. */
export interface Sight {
  /** Summary, averaged over its neighbours [S]. */
  readonly row: Float64Array;
  /** Class that it was recognised as. */
  readonly c: number;
  /** d_a of every class [C]. */
  readonly across: Float64Array;
  /** d_w of class c; 0 where it has no anchor. */
  readonly within: number;
}

/** Each row's mean with its neighbours, [n][S]. */
export function averageRows(rows: readonly Float64Array[]): Float64Array[] {
  return rows.map((_, i) => {
    const last = Math.min(rows.length - 1, i + NOVELTY_REACH);
    return meanRow(rows, Math.max(0, i - NOVELTY_REACH), last);
  });
}

export function sightOf(
  looks: readonly ClassLook[],
  anchors: readonly (Anchor | null)[],
  row: Float64Array,
  c: number,
): Sight {
  const anchor = anchors[c];
  return {
    ...{ row, c },
    across: Float64Array.from(looks, (look) => distance(look.across, row, look.mean)),
    within: anchor ? distance(looks[c].within, row, anchor.mean) : 0,
  };
}

/** max(min over classes of d_a / α, d_w / β of class c) */
export function strangeness(looks: readonly ClassLook[], { across, within, c }: Sight): number {
  const nearest = Math.min(...across.map((d, k) => d / looks[k].acrossLimit));
  return Math.max(nearest, within / looks[c].withinLimit);
}

export function isNovel({ looks, limit }: Novelty, sight: Sight): boolean {
  return strangeness(looks, sight) > limit;
}

/** With the mean of so many more windows, where they are enough and as like the class. */
export function nearerAnchor(
  look: ClassLook,
  anchor: Anchor | null,
  mean: Float64Array,
  windows: number,
): Anchor | null {
  if (windows < ANCHOR_WINDOWS_MIN) return anchor;
  const piece = { distance: distance(look.across, mean, look.mean), mean, windows };
  const all = [...(anchor?.pieces ?? []), piece].sort((a, b) => a.distance - b.distance);
  const alike = all.filter((one) => one.distance <= ALIKE * all[0].distance);
  const pieces = alike.slice(0, ANCHOR_PIECES_MAX);
  if (!pieces.includes(piece)) return anchor;
  return { pieces, mean: meanOf(pieces) };
}

function meanOf(pieces: readonly Piece[]): Float64Array {
  const total = pieces.reduce((sum, { windows }) => sum + windows, 0);
  return pieces[0].mean.map((_, k) => {
    return pieces.reduce((sum, { mean, windows }) => sum + (windows / total) * mean[k], 0);
  });
}

function distance(factor: Float64Array, row: Float64Array, from: Float64Array): number {
  const offset = row.map((value, k) => value - from[k]);
  return Math.sqrt(mahalanobisSquared(factor, offset, row.length));
}

function meanRow(rows: readonly Float64Array[], first: number, last: number): Float64Array {
  const sum = new Float64Array(rows[0].length);
  for (let i = first; i <= last; i++) rows[i].forEach((value, k) => (sum[k] += value));
  return sum.map((value) => value / (last - first + 1));
}
