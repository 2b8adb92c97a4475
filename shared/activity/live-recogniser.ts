/**
 * Recognising while rows come in: the same windows, probabilities and smoothing as over a finished
 * recording, one row at a time. The newest answers are for LIVE_LAG windows ago and may still be
 * revised while they are open; state is plain data.
 */
import type { ActivitySegment } from '../domain/activity.ts';
import { softmax } from './calibration.ts';
import { GravityFilter } from './features.ts';
import { createLiveGrid, pushRow, type LiveGrid } from './live-grid.ts';
import { distanceOf, NOVELTY_REACH } from './novelty.ts';
import type { Recogniser } from './recogniser.ts';
import { gapOf } from './recording.ts';
import { absorbShortRuns, lengthOf, runsOf } from './runs.ts';
import { SEGMENT_WINDOWS_MIN, segmentsOf, withUnknown } from './segments.ts';
import {
  createViterbiState,
  followViterbi,
  OPEN_WINDOWS,
  openPath,
  type ViterbiState,
} from './viterbi.ts';
import { mean } from '../math/stats.ts';

/** Windows behind the newest that an answer is given for. */
export const LIVE_LAG = 4;

/** Scores [C] and states [R] of one window of features [T, F]. */
export type ClassifyOne = (window: Float32Array) => {
  readonly scores: Float64Array;
  readonly state: Float64Array;
};

interface SavedRecogniser {
  grid: LiveGrid;
  gravity: number[] | null;
  /** Samples taken so far, and how many of the last are valid in a row. */
  samples: number;
  validInRow: number;
  /** Last features, oldest first, [≤ window][F]. */
  features: Float32Array[];
  viterbi: ViterbiState;
  /** Of the open windows, and of NOVELTY_REACH before them. */
  distances: number[];
  /** Of the open windows. */
  probabilities: Float64Array[];
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
  private saved: SavedRecogniser;
  private ended: LiveRibbon | null = null;

  constructor(recogniser: Recogniser, classify: ClassifyOne, periodMs: number) {
    this.recogniser = recogniser;
    this.classify = classify;
    const { plan, stepMs } = recogniser.spec;
    this.saved = {
      grid: createLiveGrid(plan.channels, stepMs, gapOf(periodMs, stepMs)),
      gravity: null,
      ...{ samples: 0, validInRow: 0, features: [], newest: -1, windows: 0 },
      ...{ viterbi: createViterbiState(), distances: [], probabilities: [] },
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
    const { viterbi, probabilities, newest, grid, settled } = this.saved;
    const { spec } = this.recogniser;
    const path = openPath(viterbi);
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
  }

  private takeSample(sample: Float64Array): void {
    const { saved } = this;
    const { plan, window, hop } = this.recogniser.spec;
    const isValid = sample.every((value) => !Number.isNaN(value));
    const filter = new GravityFilter(plan, this.recogniser.spec.stepMs, saved.gravity);
    saved.features.push(filter.take(sample, isValid));
    saved.gravity = filter.gravity;
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
    const { spec, temperature, novelty, logTransitions } = recogniser;
    const F = saved.features[0].length;
    const window = new Float32Array(spec.window * F);
    saved.features.forEach((row, t) => window.set(row, t * F));
    const { scores, state } = this.classify(window);
    const p = softmax(scores, temperature);
    if (saved.probabilities.length === OPEN_WINDOWS) this.settleOldest();
    followViterbi(saved.viterbi, p, logTransitions);
    saved.probabilities.push(p);
    saved.distances.push(novelty ? distanceOf(novelty, state) : 0);
    saved.newest = first;
    saved.windows++;
  }

  /** The oldest open window is open no longer: what was said of it last stands. */
  private settleOldest(): void {
    const { saved } = this;
    const isNovel = this.isNovel()[0];
    saved.settled = absorbOldRuns(openPath(saved.viterbi), saved.settled)[0];
    saved.novelBefore = isNovel ? saved.novelBefore + 1 : 0;
    saved.probabilities.shift();
    if (saved.distances.length - saved.probabilities.length > NOVELTY_REACH) {
      saved.distances.shift();
    }
  }

  /** Of the open windows. */
  private isNovel(): boolean[] {
    const { novelty } = this.recogniser;
    const { distances, probabilities } = this.saved;
    const lead = distances.length - probabilities.length;
    return probabilities.map((_, i) => {
      const from = Math.max(0, lead + i - NOVELTY_REACH);
      const near = distances.slice(from, lead + i + NOVELTY_REACH + 1);
      return novelty !== null && mean(near) > novelty.limit;
    });
  }

  /** What is unknown may have begun before the open windows. */
  private unknownIn(path: Uint16Array): Uint16Array {
    const { novelBefore } = this.saved;
    const all = new Uint16Array(novelBefore + path.length);
    all.set(path, novelBefore);
    const before = new Array<boolean>(novelBefore).fill(true);
    const answers = withUnknown(all, [...before, ...this.isNovel()], this.recogniser.spec);
    return answers.subarray(novelBefore);
  }

  private endStretch(): void {
    const { saved } = this;
    if (saved.newest < 0) return;
    this.ended = this.ribbon(0);
    saved.viterbi = createViterbiState();
    saved.distances = [];
    saved.probabilities = [];
    saved.settled = null;
    saved.novelBefore = 0;
    saved.newest = -1;
  }
}
