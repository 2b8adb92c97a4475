/**
 * Answers of single windows become segments of time. The answer of a window holds for the hop
 * around its centre; the first and the last reach to the ends of the recording.
 */
import type { ActivitySegment } from '../domain/activity.ts';
import type { RecogniserSpec } from './recogniser.ts';
import { NOVELTY_REACH } from './novelty.ts';
import { absorbShortRuns, runsOf } from './runs.ts';
import { viterbi } from './viterbi.ts';

/** Segments of fewer windows are absorbed. */
export const SEGMENT_WINDOWS_MIN = 5;

export interface AnswerGrid {
  /** ms of the first sample that the first window reads. */
  readonly start: number;
  readonly spec: Pick<RecogniserSpec, 'classes' | 'stepMs' | 'window' | 'hop'>;
}

type WindowSpec = Pick<RecogniserSpec, 'classes' | 'window' | 'hop'>;

/** `probabilities` [n, C], `isNovel` [n]: the smoothed class of every window, C where unknown. */
export function answersOf(
  probabilities: Float64Array,
  isNovel: readonly boolean[],
  spec: WindowSpec,
  logTransitions: Float64Array,
): Uint16Array {
  return withUnknown(pathOf(probabilities, spec.classes.length, logTransitions), isNovel, spec);
}

/** `probabilities` [n, C]; the smoothed class of every window. */
export function pathOf(
  probabilities: Float64Array,
  classes: number,
  logTransitions: Float64Array,
): Uint16Array {
  return absorbShortRuns(viterbi(probabilities, classes, logTransitions), SEGMENT_WINDOWS_MIN);
}

/** The answers with those that are unknown as C, where enough follow each other. */
export function withUnknown(
  path: Uint16Array,
  isNovel: readonly boolean[],
  { classes, window, hop }: WindowSpec,
): Uint16Array {
  const answers = path.slice();
  // A window reaches over the change to what is new, and is averaged with its neighbours: what is
  // new is seen this much early, and as much late, when it is very new; half of it is taken off.
  const blur = Math.round((window / hop / 2 + NOVELTY_REACH) / 2);
  for (const { value, first, last } of runsOf(isNovel.map(Number))) {
    if (value === 0) continue;
    const from = first === 0 ? 0 : first + blur;
    const to = last === isNovel.length - 1 ? last : last - blur;
    if (to - from + 1 >= SEGMENT_WINDOWS_MIN) answers.fill(classes.length, from, to + 1);
  }
  return answers;
}

/** Segments from the answers of consecutive windows, `confidences` [n]. */
export function segmentsOf(
  answers: Uint16Array,
  confidences: ArrayLike<number>,
  { start, spec }: AnswerGrid,
): ActivitySegment[] {
  const { classes, stepMs, window, hop } = spec;
  const centre = (i: number): number => start + stepMs * (i * hop + (window - hop) / 2);
  const runs = runsOf(answers);
  return runs.map(({ value, first, last }) => {
    let sum = 0;
    for (let i = first; i <= last; i++) sum += confidences[i];
    return {
      start: Math.round(first === 0 ? start : centre(first)),
      end: Math.round(
        last === answers.length - 1 ? start + stepMs * (last * hop + window) : centre(last + 1),
      ),
      activity: value < classes.length ? classes[value] : null,
      confidence: sum / (last - first + 1),
    };
  });
}

/** The class of every sample, as scorers want it; −1 where no window says. */
export function classOfSamples(
  answers: ArrayLike<number>,
  samples: number,
  { window, hop }: Pick<RecogniserSpec, 'window' | 'hop'>,
): Int16Array {
  const out = new Int16Array(samples).fill(-1);
  const lead = (window - hop) / 2;
  for (let i = 0; i < answers.length; i++) {
    const from = i === 0 ? 0 : i * hop + lead;
    const to = i === answers.length - 1 ? samples : (i + 1) * hop + lead;
    out.fill(answers[i], Math.round(from), Math.round(to));
  }
  return out;
}
