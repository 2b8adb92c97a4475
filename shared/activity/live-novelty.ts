/** Novelty while windows come in: what a window is said to be stays, whatever is learnt later. */
import {
  ANCHOR_WINDOWS,
  averageRows,
  isNovel,
  nearerAnchor,
  NOVELTY_REACH,
  type Anchor,
  type Novelty,
} from './novelty.ts';

/** Plain data. */
export interface LiveNovelty {
  /** Summaries of the last windows, oldest first, [≤ 2 · reach + 1][S]. */
  rows: Float64Array[];
  /** How each class looked so far. */
  anchors: (Anchor | null)[];
  /** Windows of the piece in hand, all of class c, and the sum of their averaged summaries. */
  run: { c: number; count: number; sum: Float64Array };
}

export function createLiveNovelty(classes: number): LiveNovelty {
  return { rows: [], anchors: new Array<null>(classes).fill(null), run: noRun() };
}

/** Behind a gap: what classes looked like is remembered. */
export function endNoveltyStretch(state: LiveNovelty): void {
  state.rows = [];
  state.run = noRun();
}

function noRun(): LiveNovelty['run'] {
  return { c: -1, count: 0, sum: new Float64Array(0) };
}

/** Keeps the summary of the newest window. */
export function noteSummary({ rows }: LiveNovelty, row: Float64Array): void {
  rows.push(row);
  if (rows.length > 2 * NOVELTY_REACH + 1) rows.shift();
}

/** Whether the window `NOVELTY_REACH` before the newest, recognised as c, looks like none. */
export function settleNovelty(state: LiveNovelty, novelty: Novelty, c: number): boolean {
  const at = state.rows.length - 1 - NOVELTY_REACH;
  const row = averageRows(state.rows)[at];
  const { anchors } = state;
  const isOver = state.run.c !== c || state.run.count === ANCHOR_WINDOWS;
  if (isOver) state.run = { c, count: 0, sum: row.map(() => 0) };
  const { run } = state;
  run.count++;
  row.forEach((value, k) => (run.sum[k] += value));
  // The first of a class stands for it as soon as it can; later ones once they are whole.
  if (!anchors[c] || run.count === ANCHOR_WINDOWS) {
    const mean = run.sum.map((sum) => sum / run.count);
    anchors[c] = nearerAnchor(novelty.looks[c], anchors[c], mean, run.count);
  }
  return isNovel(novelty, c, anchors[c], row);
}

/** Of the windows that are not settled yet, were these the last. `path`: classes, newest last. */
export function unsettledNovelty(
  { rows, anchors }: LiveNovelty,
  novelty: Novelty,
  path: ArrayLike<number>,
): boolean[] {
  const lead = path.length - rows.length;
  const all = averageRows(rows).map((row, i) => {
    const c = path[lead + i];
    return isNovel(novelty, c, anchors[c], row);
  });
  return all.slice(-Math.min(NOVELTY_REACH, path.length));
}
