/**
 * Recognising while rows come in: the same windows, probabilities and smoothing as over a finished
 * recording, one row at a time. The newest answers are for LIVE_LAG windows ago and may still be
 * revised while they are open; state is plain data.
 */
import type { ActivitySegment } from '../domain/activity.ts';
import { softmax } from './calibration.ts';
import { GravityFilter } from './features.ts';
import { createLiveGrid, pushRow, type LiveGrid } from './live-grid.ts';
import { averageRows, isNovel, NOVELTY_REACH, sightOf } from './novelty.ts';
import {
  classAround,
  createNoveltyTrack,
  endTrackStretch,
  noteWindow,
  type NoveltyTrack,
} from './novelty-track.ts';
import type { Recogniser } from './recogniser.ts';
import { gapOf } from './recording.ts';
import { absorbShortRuns, lengthOf, runsOf } from './runs.ts';
import { SEGMENT_WINDOWS_MIN, segmentsOf, withUnknown } from './segments.ts';
import { summaryOf } from './summary.ts';
import {
  cautiousEnd,
  createViterbiState,
  followViterbi,
  OPEN_WINDOWS,
  openPath,
  type ViterbiState,
} from './viterbi.ts';

/** Windows behind the newest that an answer is given for. */
export const LIVE_LAG = NOVELTY_REACH;

/** Scores [C] of one window of features [T, F]. */
export type ClassifyOne = (window: Float32Array) => {
  readonly scores: Float64Array;
};

interface SavedRecogniser {
  grid: LiveGrid;
  /** As the filter has it. */
  gravity: number[] | null;
  /** Samples taken so far, and how many of the last are valid in a row. */
  samples: number;
  validInRow: number;
  /** Last features, oldest first, [≤ window][F]. */
  features: Float32Array[];
  viterbi: ViterbiState;
  /** Of the open windows. */
  probabilities: Float64Array[];
  /** Class that was answered last; null: none in this stretch. */
  said: number | null;
  /** Class that the path of the open windows ends in. */
  end: number;
  /** Of the last windows, oldest first, [≤ 2 · reach + 1][S]. */
  summaries: Float64Array[];
  novelty: NoveltyTrack;
  /** Class of the window before the open ones; null: there is none in this stretch. */
  settled: number | null;
  /** Windows in a row, up to the open ones, that were like nothing known. */
  novelBefore: number;
  /** First sample of the newest window; −1 before the first of a stretch. */
  newest: number;
  /** Windows classified so far. */
  windows: number;
}

export interface LiveRibbon {
  /** ms; what is said from here on replaces what was said before. */
  readonly from: number;
  readonly segments: readonly ActivitySegment[];
}

/**
 * Short runs go to their neighbours, but for the last, which may still grow until the end; a run
 * that began before the open windows is as long as it takes.
 */
function absorbOldRuns(path: Uint16Array, settled: number | null, isEnd = false): Uint16Array {
  const lead = settled === null ? 0 : SEGMENT_WINDOWS_MIN;
  const all = new Uint16Array(lead + path.length).fill(settled ?? 0, 0, lead);
  all.set(path, lead);
  const last = runsOf(all).at(-1)!;
  const mayGrow = !isEnd && lengthOf(last) < SEGMENT_WINDOWS_MIN;
  const end = mayGrow ? last.first : all.length;
  absorbShortRuns(all.subarray(0, end), SEGMENT_WINDOWS_MIN);
  return all.subarray(lead);
}

export class LiveRecogniser {
  private readonly recogniser: Recogniser;
  private readonly classify: ClassifyOne;
  private readonly filter: GravityFilter;
  private saved: SavedRecogniser;
  private ended: LiveRibbon | null = null;

  constructor(recogniser: Recogniser, classify: ClassifyOne, periodMs: number) {
    this.recogniser = recogniser;
    this.classify = classify;
    const { plan, stepMs } = recogniser.spec;
    this.filter = new GravityFilter(plan, stepMs);
    this.saved = {
      grid: createLiveGrid(plan.channels, stepMs, gapOf(periodMs, stepMs)),
      gravity: null,
      ...{ samples: 0, validInRow: 0, features: [], newest: -1, windows: 0 },
      ...{ viterbi: createViterbiState(), probabilities: [], said: null, summaries: [], end: 0 },
      novelty: createNoveltyTrack(recogniser.spec.classes.length),
      ...{ settled: null, novelBefore: 0 },
    };
  }

  /** One row: t in ms, ascending; values in the order of the plan's channels, NaN where missing. */
  push(t: number, values: ArrayLike<number>): void {
    pushRow(this.saved.grid, t, values, (sample) => this.takeSample(sample));
  }

  /** Windows classified so far: the ribbon changes with each. */
  get windows(): number {
    return this.saved.windows;
  }

  /** What was said last of a stretch that ended; once. */
  takeEnded(): LiveRibbon | null {
    const { ended } = this;
    this.ended = null;
    return ended;
  }

  /** The ribbon of the stretch in hand, as far as it may still change. */
  ribbon(lag = LIVE_LAG): LiveRibbon | null {
    const { viterbi, end, probabilities, newest, grid, settled } = this.saved;
    const { spec } = this.recogniser;
    // Behind the end of a stretch nothing comes that could take its last answers back.
    const path = lag === 0 ? openPath(viterbi) : openPath(viterbi, end);
    const known = path.length - lag;
    if (newest < 0 || known <= 0) return null;
    const C = spec.classes.length;
    const answers = this.unknownIn(absorbOldRuns(path.slice(0, known), settled, lag === 0));
    const confidences = Array.from(answers, (c, i) => (c < C ? probabilities[i][c] : 0));
    const first = newest - (path.length - 1) * spec.hop;
    const from = grid.start + first * spec.stepMs;
    const segments = segmentsOf(answers, confidences, { start: from, spec });
    if (settled === null) return { from, segments };
    // What lies before is settled: the first open answer holds from its own hop on.
    const open = from + ((spec.window - spec.hop) / 2) * spec.stepMs;
    const [head, ...rest] = segments;
    return { from: open, segments: [{ ...head, start: open }, ...rest] };
  }

  /** All it remembers; copy it before the next row. */
  state(): unknown {
    return this.saved;
  }

  /** Goes on where the state stood. Takes it over; hand in a copy. */
  restore(state: unknown): void {
    this.saved = state as SavedRecogniser;
    this.filter.gravity = this.saved.gravity;
  }

  private takeSample(sample: Float64Array): void {
    const { saved } = this;
    const { window, hop } = this.recogniser.spec;
    const isValid = sample.every((value) => !Number.isNaN(value));
    saved.features.push(this.filter.take(sample, isValid));
    saved.gravity = this.filter.gravity;
    if (saved.features.length > window) saved.features.shift();
    saved.samples++;
    saved.validInRow = isValid ? saved.validInRow + 1 : 0;
    const first = saved.samples - window;
    if (first < 0 || first % hop !== 0) return;
    if (saved.validInRow >= window) this.takeWindow(first);
    else this.endStretch();
  }

  private takeWindow(first: number): void {
    const { saved, recogniser } = this;
    const { spec, scale, temperature, novelty, logTransitions } = recogniser;
    const F = saved.features[0].length;
    const window = new Float32Array(spec.window * F);
    saved.features.forEach((row, t) => window.set(row, t * F));
    const { scores } = this.classify(window);
    const p = softmax(scores, temperature);
    if (saved.probabilities.length === OPEN_WINDOWS) this.settleOldest();
    followViterbi(saved.viterbi, p, logTransitions);
    saved.probabilities.push(p);
    if (novelty) this.noteSummary(summaryOf(window, scale, spec.plan.channels));
    this.answer();
    saved.newest = first;
    saved.windows++;
  }

  /** The oldest open window is open no longer: what was said of it last stands. */
  private settleOldest(): void {
    const { saved } = this;
    saved.settled = absorbOldRuns(openPath(saved.viterbi, saved.end), saved.settled)[0];
    saved.probabilities.shift();
    const { novelty } = this.recogniser;
    const oldest = saved.novelty.open.shift();
    const wasNovel = novelty !== null && oldest !== undefined && isNovel(novelty, oldest);
    saved.novelBefore = wasNovel ? saved.novelBefore + 1 : 0;
  }

  /** Of the newest window; settles how the one in the middle of the last looks. */
  private noteSummary(row: Float64Array): void {
    const { summaries, probabilities, novelty } = this.saved;
    summaries.push(row);
    if (summaries.length > 2 * NOVELTY_REACH + 1) summaries.shift();
    const at = summaries.length - 1 - NOVELTY_REACH;
    if (at < 0) return;
    const c = classAround(probabilities, probabilities.length - 1 - NOVELTY_REACH);
    noteWindow(novelty, this.recogniser.novelty!.looks, averageRows(summaries)[at], c);
  }

  /** Of the window that one is given for now. */
  private answer(): void {
    const { logTransitions } = this.recogniser;
    const { saved } = this;
    saved.end = cautiousEnd(saved.viterbi, logTransitions, saved.said);
    const path = openPath(saved.viterbi, saved.end);
    if (path.length <= LIVE_LAG) return;
    saved.said = path[path.length - 1 - LIVE_LAG];
  }

  /** What is unknown may have begun before the open windows. */
  private unknownIn(path: Uint16Array): Uint16Array {
    const { novelBefore, settled } = this.saved;
    const before = new Array<boolean>(novelBefore).fill(true);
    // What is before the open windows is not the beginning of the stretch.
    if (settled !== null) before.unshift(false);
    const all = new Uint16Array(before.length + path.length);
    all.set(path, before.length);
    const novel = [...before, ...this.novelOf(path.length)];
    const answers = withUnknown(all, novel, this.recogniser.spec);
    return answers.subarray(before.length);
  }

  /** The first so many open windows. */
  private novelOf(count: number): boolean[] {
    const { novelty } = this.recogniser;
    if (!novelty) return new Array<boolean>(count).fill(false);
    const { novelty: track, probabilities, summaries } = this.saved;
    const sights = track.open.slice(0, count);
    const averaged = averageRows(summaries);
    for (let i = sights.length; i < count; i++) {
      const row = averaged[averaged.length - (probabilities.length - i)];
      const c = classAround(probabilities, i);
      sights.push(sightOf(novelty.looks, track.anchors, row, c));
    }
    return sights.map((sight) => isNovel(novelty, sight));
  }

  private endStretch(): void {
    const { saved } = this;
    if (saved.newest < 0) return;
    this.ended = this.ribbon(0);
    saved.viterbi = createViterbiState();
    saved.probabilities = [];
    saved.said = null;
    saved.summaries = [];
    endTrackStretch(saved.novelty, this.recogniser.novelty?.looks ?? []);
    saved.settled = null;
    saved.novelBefore = 0;
    saved.newest = -1;
  }
}
