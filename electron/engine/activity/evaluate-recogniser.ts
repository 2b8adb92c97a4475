/** A recogniser against the labels of a stream: by window, by segment, by what it was sure of. */
import { reliabilityCurve } from '../../../shared/activity/calibration.ts';
import {
  boundaryDelays,
  editScore,
  matchSegments,
  scoreWindows,
  segmentF1,
} from '../../../shared/activity/evaluate.ts';
import { spansOf } from '../../../shared/activity/label-stretches.ts';
import type { Stretch } from '../../../shared/activity/recognise.ts';
import { loadRecogniser } from '../../../shared/activity/recogniser-checkpoint.ts';
import type { Recogniser } from '../../../shared/activity/recogniser.ts';
import { answersOf, classOfSamples, withUnknown } from '../../../shared/activity/segments.ts';
import type { LabelledSpan } from '../../../shared/activity/windows.ts';
import type { SegmentScores } from '../../../shared/domain/recogniser.ts';
import type { ActivityOrder, ActivityResults } from './activity-wire.ts';
import type { ActivityPlace } from './activity-worker.ts';
import { readParts } from './read-stretches.ts';

const OVERLAPS = [0.1, 0.25, 0.5] as const;
/** Changes found further off are other changes, ms. */
const REACH_MS = 10_000;

type Order = Extract<ActivityOrder, { readonly task: 'evaluate' }>;

/** Throws RangeError in words when the labels hold no window of an activity it knows. */
export async function evaluateRecogniser(
  place: ActivityPlace,
  { stream, checkpoint, labels }: Order,
): Promise<ActivityResults['evaluate']> {
  const recogniser = loadRecogniser(checkpoint);
  const { spec } = recogniser;
  const activities = labels.filter(({ kind }) => kind === 'activity');
  const judged = { truth: [] as number[], found: [] as number[], rows: [] as number[] };
  const ribbons: Ribbon[] = [];
  for await (const { recording, stretches } of readParts(place, stream, recogniser)) {
    const spans = spansOf(activities, recording, 0, spec.classes);
    const truth = new Int16Array(recording.valid.length).fill(-1);
    for (const { first, last, label } of spans) truth.fill(label, first, last + 1);
    const found = new Int16Array(truth.length).fill(-1);
    for (const stretch of stretches) {
      const answers = answersOf(
        stretch.probabilities,
        stretch.isNovel,
        spec,
        recogniser.logTransitions,
      );
      paint(found, stretch, answers, recogniser);
      judgeWindows(stretch, spans, recogniser, judged);
    }
    ribbons.push({ truth, found });
  }
  if (judged.truth.length === 0) {
    const known = spec.classes.join(', ');
    throw new RangeError(
      `No label of ${stream.name} holds a whole window of an activity that is known: ${known}.`,
    );
  }
  const { truth, found, rows } = judged;
  return {
    classes: spec.classes,
    scores: scoreWindows(truth, found, spec.classes.length),
    reliability: reliabilityCurve(Float64Array.from(rows), truth),
    segments: scoreSegments(ribbons, spec.stepMs),
  };
}

interface Ribbon {
  /** Class of each sample, −1 where nobody said. */
  readonly truth: Int16Array;
  readonly found: Int16Array;
}

function paint(
  found: Int16Array,
  { places }: Stretch,
  answers: Uint16Array,
  { spec }: Recogniser,
): void {
  const { first } = places[0];
  const samples = places[places.length - 1].first - first + spec.window;
  found.set(classOfSamples(answers, samples, spec), first);
}

function judgeWindows(
  { places, probabilities, isNovel }: Stretch,
  spans: readonly LabelledSpan[],
  { spec }: Recogniser,
  judged: { truth: number[]; found: number[]; rows: number[] },
): void {
  const C = spec.classes.length;
  const rowOf = (i: number): Float64Array => probabilities.subarray(i * C, (i + 1) * C);
  const best = Uint16Array.from(places, (_, i) => rowOf(i).indexOf(Math.max(...rowOf(i))));
  const answers = withUnknown(best, isNovel, spec);
  places.forEach(({ first }, i) => {
    const span = spans.find((one) => one.first <= first && one.last >= first + spec.window - 1);
    if (!span) return;
    judged.truth.push(span.label);
    judged.found.push(answers[i]);
    judged.rows.push(...rowOf(i));
  });
}

function scoreSegments(ribbons: readonly Ribbon[], stepMs: number): SegmentScores {
  const reach = Math.round(REACH_MS / stepMs);
  const delays = ribbons
    .flatMap(({ truth, found }) => boundaryDelays(truth, found, reach))
    .map((delay) => (Math.abs(delay) * stepMs) / 1000)
    .sort((a, b) => a - b);
  const edits = ribbons.map(({ truth, found }) => editScore(truth, found));
  return {
    f1: OVERLAPS.map((overlap) =>
      segmentF1(ribbons.map(({ truth, found }) => matchSegments(truth, found, overlap))),
    ),
    edit: edits.reduce((sum, one) => sum + one, 0) / edits.length,
    delaySeconds: delays[delays.length >> 1] ?? NaN,
  };
}
