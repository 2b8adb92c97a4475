/**
 * Novelty in the order in which windows come. A window is judged by what its recording has shown
 * until OPEN_WINDOWS later, or until the end of the stretch; so the same windows give the same
 * answers whether they are all there or come one by one. Until then what is said may be revised.
 */
import {
  ANCHOR_WINDOWS,
  averageRows,
  isNovel,
  nearerAnchor,
  NOVELTY_REACH,
  sightOf,
  type Anchor,
  type ClassLook,
  type Novelty,
  type Sight,
} from './novelty.ts';
import { logOf, OPEN_WINDOWS } from './viterbi.ts';

/** Plain data. */
export interface NoveltyTrack {
  /** How each class looked so far. */
  anchors: (Anchor | null)[];
  /** Windows of the piece in hand, all of class c, and the sum of their averaged summaries. */
  piece: { c: number; count: number; sum: Float64Array };
  /** Windows that may still be judged otherwise, oldest first, but the last `NOVELTY_REACH`. */
  open: Sight[];
}

export function createNoveltyTrack(classes: number): NoveltyTrack {
  return { anchors: new Array<null>(classes).fill(null), piece: noPiece(), open: [] };
}

function noPiece(): NoveltyTrack['piece'] {
  return { c: -1, count: 0, sum: new Float64Array(0) };
}

/** Takes the next window in, recognised as c; `row`: its summary, averaged over its neighbours. */
export function noteWindow(
  track: NoveltyTrack,
  looks: readonly ClassLook[],
  row: Float64Array,
  c: number,
): void {
  if (track.piece.c !== c) closePiece(track, looks);
  if (track.piece.count === 0) track.piece = { c, count: 0, sum: row.map(() => 0) };
  const { piece } = track;
  piece.count++;
  row.forEach((value, k) => (piece.sum[k] += value));
  track.open.push(sightOf(looks, track.anchors, row, c));
  if (piece.count === ANCHOR_WINDOWS) closePiece(track, looks);
}

/** A piece that is more like its class than what was: its open windows are judged anew. */
function closePiece(track: NoveltyTrack, looks: readonly ClassLook[]): void {
  const { c, count, sum } = track.piece;
  track.piece = noPiece();
  if (count === 0) return;
  const before = track.anchors[c];
  const mean = sum.map((value) => value / count);
  track.anchors[c] = nearerAnchor(looks[c], before, mean, count);
  if (track.anchors[c] === before) return;
  track.open = track.open.map((sight) => {
    return sight.c === c ? sightOf(looks, track.anchors, sight.row, c) : sight;
  });
}

/** Behind a gap: what classes looked like is remembered. */
export function endTrackStretch(track: NoveltyTrack, looks: readonly ClassLook[]): void {
  track.open = [];
  closePiece(track, looks);
}

/** Averaged summaries of a whole stretch [n][S] and their classes [n]: as they end up judged. */
export function trackStretch(
  track: NoveltyTrack,
  looks: readonly ClassLook[],
  rows: readonly Float64Array[],
  classes: ArrayLike<number>,
): Sight[] {
  const judged: Sight[] = [];
  for (let newest = 0; newest < rows.length; newest++) {
    if (newest >= OPEN_WINDOWS) judged.push(track.open.shift()!);
    const at = newest - NOVELTY_REACH;
    if (at >= 0) noteWindow(track, looks, rows[at], classes[at]);
  }
  judged.push(...track.open);
  for (let i = judged.length; i < rows.length; i++) {
    judged.push(sightOf(looks, track.anchors, rows[i], classes[i]));
  }
  endTrackStretch(track, looks);
  return judged;
}

/** Summaries of consecutive windows [n][S] and their classes by `classAround` [n]. */
export interface Seen {
  readonly rows: readonly Float64Array[];
  readonly classes: ArrayLike<number>;
}

/** Which windows of a recording look like nothing that is known, stretch by stretch. */
export function novelWindows(novelty: Novelty, stretches: readonly Seen[]): boolean[][] {
  const { looks } = novelty;
  const track = createNoveltyTrack(looks.length);
  return stretches.map(({ rows, classes }) => {
    const sights = trackStretch(track, looks, averageRows(rows), classes);
    return sights.map((sight) => isNovel(novelty, sight));
  });
}

/** Likeliest class of a window and its neighbours; `probabilities` [n][C]. */
export function classAround(probabilities: readonly ArrayLike<number>[], at: number): number {
  const near = probabilities.slice(Math.max(0, at - NOVELTY_REACH), at + NOVELTY_REACH + 1);
  const sums = Float64Array.from(near[0], (_, c) => {
    return near.reduce((sum, p) => sum + logOf(p[c]), 0);
  });
  return sums.indexOf(Math.max(...sums));
}

/** Of every window of a stretch; `probabilities` [n, C]. */
export function classesAround(probabilities: Float64Array, C: number): Uint16Array {
  const rows = Array.from({ length: probabilities.length / C }, (_, i) => {
    return probabilities.subarray(i * C, (i + 1) * C);
  });
  return Uint16Array.from(rows, (_, i) => classAround(rows, i));
}
