/** A recogniser over whole recordings: probabilities, what is unknown, segments. */
import type { ActivitySegment } from '../domain/activity.ts';
import { softmax } from './calibration.ts';
import type { Classifier } from './classifier.ts';
import { noveltyOf } from './novelty.ts';
import type { Recogniser } from './recogniser.ts';
import { answersOf, segmentsOf } from './segments.ts';
import { allPlaces, type Features, type Place } from './windows.ts';

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
  { spec, temperature, novelty }: Recogniser,
  classifier: Classifier,
  features: Features,
  recording: number,
): Stretch[] {
  const places = allPlaces(features, recording, spec.window, spec.hop);
  return contiguous(places, spec.hop).map((own) => {
    const { scores, states } = classifier.classify(features, own);
    return {
      places: own,
      probabilities: probabilitiesOf(scores, own.length, temperature),
      isNovel: novelty
        ? Array.from(noveltyOf(novelty, states, own.length), (d) => d > novelty.limit)
        : own.map(() => false),
    };
  });
}

/** Softmax of every row of scores [n, C]. */
export function probabilitiesOf(
  scores: Float64Array,
  n: number,
  temperature: number,
): Float64Array {
  const C = scores.length / Math.max(1, n);
  const out = new Float64Array(scores.length);
  for (let i = 0; i < n; i++) {
    out.set(softmax(scores.subarray(i * C, (i + 1) * C), temperature), i * C);
  }
  return out;
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

function contiguous(places: readonly Place[], hop: number): Place[][] {
  const stretches: Place[][] = [];
  places.forEach((place, i) => {
    const follows = i > 0 && place.first - places[i - 1].first === hop;
    if (follows) stretches[stretches.length - 1].push(place);
    else stretches.push([place]);
  });
  return stretches;
}
