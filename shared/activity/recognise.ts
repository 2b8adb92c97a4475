/** A recogniser over whole recordings: probabilities, what is unknown, segments. */
import type { ActivitySegment } from '../domain/activity.ts';
import { probabilitiesOf } from './calibration.ts';
import type { Classifier } from './classifier.ts';
import { classesAround, novelWindows } from './novelty-track.ts';
import type { Recogniser } from './recogniser.ts';
import { answersOf, segmentsOf } from './segments.ts';
import { summaryOf } from './summary.ts';
import { allPlaces, contiguous, windowAt, type Features, type Place } from './windows.ts';

/** Windows that follow each other without a gap. */
export interface Stretch {
  readonly places: readonly Place[];
  /** [n, C] */
  readonly probabilities: Float64Array;
  /** [n] */
  readonly isNovel: readonly boolean[];
}

/** Every stretch of a recording; gaps lie between them. */
export function readStretches(
  recogniser: Recogniser,
  classifier: Classifier,
  features: Features,
  recording: number,
): Stretch[] {
  const { spec, temperature } = recogniser;
  const places = allPlaces(features, recording, spec.window, spec.hop);
  const stretches = contiguous(places, spec.hop).map((own) => {
    const { scores } = classifier.classify(features, own);
    return { places: own, probabilities: probabilitiesOf(scores, own.length, temperature) };
  });
  const isNovel = noveltyIn(recogniser, features, stretches);
  return stretches.map((stretch, i) => ({ ...stretch, isNovel: isNovel[i] }));
}

function noveltyIn(
  { spec, scale, novelty }: Recogniser,
  features: Features,
  stretches: readonly Omit<Stretch, 'isNovel'>[],
): boolean[][] {
  if (!novelty) return stretches.map(({ places }) => places.map(() => false));
  const seen = stretches.map(({ places, probabilities }) => ({
    rows: places.map((place) => {
      return summaryOf(windowAt(features, place, spec.window), scale, spec.plan.channels);
    }),
    classes: classesAround(probabilities, spec.classes.length),
  }));
  return novelWindows(novelty, seen);
}

/** Segments of a recording whose first sample lies at `start`, ms. */
export function recogniseSegments(
  recogniser: Recogniser,
  stretches: readonly Stretch[],
  start: number,
): ActivitySegment[] {
  const { spec, logTransitions } = recogniser;
  const C = spec.classes.length;
  return stretches.flatMap(({ places, probabilities, isNovel }) => {
    const answers = answersOf(probabilities, isNovel, spec, logTransitions);
    const confidences = Array.from(answers, (c, i) => (c < C ? probabilities[i * C + c] : 0));
    const first = start + places[0].first * spec.stepMs;
    return segmentsOf(answers, confidences, { start: first, spec });
  });
}
