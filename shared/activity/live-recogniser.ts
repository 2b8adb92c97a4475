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
import { absorbShortRuns, runsOf } from './runs.ts';
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
  /** Of the open windows: distance, probabilities. */
  distances: number[];
  probabilities: Float64Array[];
  /** First sample of the newest window; −1 before the first of a stretch. */
  newest: number;
}

export interface LiveRibbon {
  /** ms; what is said from here on replaces what was said before. */
  readonly from: number;
  readonly segments: readonly ActivitySegment[];
}

/** Short runs go to their neighbours, but for the last, which may still grow. */
function absorbOldRuns(path: Uint16Array): Uint16Array {
  const last = runsOf(path).at(-1)!;
  absorbShortRuns(path.subarray(0, last.first), SEGMENT_WINDOWS_MIN);
  return path;
}

export class LiveRecogniser {
  private readonly recogniser: Recogniser;
  private readonly classify: ClassifyOne;
  private saved: SavedRecogniser;

  constructor(recogniser: Recogniser, classify: ClassifyOne, periodMs: number) {
    this.recogniser = recogniser;
    this.classify = classify;
    const { plan, stepMs } = recogniser.spec;
    this.saved = {
      grid: createLiveGrid(plan.channels, stepMs, gapOf(periodMs, stepMs)),
      gravity: null,
      ...{ samples: 0, validInRow: 0, features: [], newest: -1 },
      ...{ viterbi: createViterbiState(), distances: [], probabilities: [] },
    };
  }

  /** One row: t in ms, ascending; values in the order of the plan's channels, NaN where missing. */
  push(t: number, values: ArrayLike<number>): void {
    pushRow(this.saved.grid, t, values, (sample) => this.takeSample(sample));
  }

  /** The ribbon of the stretch in hand, as far as it may still change. */
  ribbon(): LiveRibbon | null {
    const { viterbi, probabilities, newest, grid } = this.saved;
    const { spec } = this.recogniser;
    const path = openPath(viterbi);
    const known = path.length - LIVE_LAG;
    if (newest < 0 || known <= 0) return null;
    const C = spec.classes.length;
    const settled = absorbOldRuns(path.slice(0, known));
    const answers = withUnknown(settled, this.isNovel(), spec);
    const confidences = Array.from(answers, (c, i) => (c < C ? probabilities[i][c] : 0));
    const first = newest - (path.length - 1) * spec.hop;
    const from = grid.start + first * spec.stepMs;
    const isWhole = path.length < OPEN_WINDOWS;
    const segments = segmentsOf(answers, confidences, { start: from, spec });
    if (isWhole) return { from, segments };
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
    followViterbi(saved.viterbi, p, logTransitions);
    saved.probabilities.push(p);
    saved.distances.push(novelty ? distanceOf(novelty, state) : 0);
    if (saved.probabilities.length > OPEN_WINDOWS) {
      saved.probabilities.shift();
      saved.distances.shift();
    }
    saved.newest = first;
  }

  private isNovel(): boolean[] {
    const { novelty } = this.recogniser;
    const { distances } = this.saved;
    return distances.map((_, i) => {
      const near = distances.slice(Math.max(0, i - NOVELTY_REACH), i + NOVELTY_REACH + 1);
      return novelty !== null && mean(near) > novelty.limit;
    });
  }

  private endStretch(): void {
    const { saved } = this;
    saved.viterbi = createViterbiState();
    saved.distances = [];
    saved.probabilities = [];
    saved.newest = -1;
  }
}
