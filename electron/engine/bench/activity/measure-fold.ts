/** One fold: learns from some people, is judged on others, by window and by segment. */
import { createClassifier, type Classifier } from '../../../../shared/activity/classifier.ts';
import {
  boundaryDelays,
  editScore,
  matchSegments,
  scoreWindows,
  segmentF1,
} from '../../../../shared/activity/evaluate.ts';
import { LIVE_LAG } from '../../../../shared/activity/live-recogniser.ts';
import { readStretches, type Stretch } from '../../../../shared/activity/recognise.ts';
import type { Recogniser } from '../../../../shared/activity/recogniser.ts';
import { answersOf, classOfSamples } from '../../../../shared/activity/segments.ts';
import {
  trainRecogniser,
  type RecogniserOrder,
  type RecogniserOutcome,
} from '../../../../shared/activity/train-recogniser.ts';
import {
  cautiousEnd,
  createViterbiState,
  followViterbi,
  openPath,
} from '../../../../shared/activity/viterbi.ts';
import {
  labelledPlaces,
  type Features,
  type LabelledSpan,
} from '../../../../shared/activity/windows.ts';
import type { WindowScores } from '../../../../shared/domain/recogniser.ts';
import type { Backend } from '../../../../shared/model/backend.ts';
import type { LabelledRecordings } from './labelled-recordings.ts';

const OVERLAPS = [0.1, 0.25, 0.5] as const;
const CLASSIFY_BATCH = 64;

export interface SegmentScores {
  /** By intersection over union of 0.1, 0.25 and 0.5. */
  readonly f1: readonly number[];
  readonly edit: number;
  /** Median |delay| of changes, seconds. */
  readonly delaySeconds: number;
}

export interface FoldScores {
  readonly windows: WindowScores;
  readonly offline: SegmentScores;
  readonly live: SegmentScores;
  /** Share of known windows that were called unknown. */
  readonly unknownOfKnown: number;
  readonly trainSeconds: number;
  readonly msPerWindow: number;
  readonly parameters: number;
}

export interface FoldPlace {
  readonly data: LabelledRecordings;
  readonly features: Features;
  readonly createBackend: () => Backend;
}

/** Trains on `order` and judges on the groups in `test`. */
export function measureFold(
  { data, features, createBackend }: FoldPlace,
  order: RecogniserOrder,
  test: ReadonlySet<string>,
): FoldScores {
  const backend = createBackend();
  const started = performance.now();
  const { recogniser } = train(backend, order);
  const trainSeconds = (performance.now() - started) / 1000;
  const { spec } = recogniser;
  const C = spec.classes.length;
  const classifier = createClassifier(
    backend,
    spec,
    recogniser.parameters,
    recogniser.scale,
    CLASSIFY_BATCH,
    recogniser.expert,
  );
  const spans = data.spans.filter(({ recording, label }) => {
    return test.has(data.groups[recording]) && label < C;
  });
  const places = labelledPlaces(spans, features, spec.window, spec.window / 2);
  const before = performance.now();
  const { scores } = classifier.classify(features, places);
  const msPerWindow = (performance.now() - before) / places.length;
  const found = places.map((_, i) => argmax(scores.subarray(i * C, (i + 1) * C)));
  const truth = places.map(({ label }) => label);
  const recordings = judgedRecordings(features, recogniser, classifier, spans);
  backend.dispose();
  return {
    windows: scoreWindows(truth, found, C),
    offline: scoreSegments(recogniser, recordings, offlineAnswers),
    live: scoreSegments(recogniser, recordings, liveAnswers),
    unknownOfKnown: unknownShare(recogniser, recordings),
    ...{ trainSeconds, msPerWindow },
    parameters: [...recogniser.parameters.values()].reduce((sum, { data: all }) => {
      return sum + all.length;
    }, 0),
  };
}

/** Trains to the end on a backend that stays the caller's. */
export function train(backend: Backend, order: RecogniserOrder): RecogniserOutcome {
  const training = trainRecogniser(backend, order);
  for (;;) {
    const next = training.next();
    if (next.done) return next.value;
  }
}

export interface Judged {
  readonly truth: Int16Array;
  readonly stretches: readonly Stretch[];
}

/** Classes by sample, −1 where nobody said. */
function truthOf(
  spans: readonly LabelledSpan[],
  { valid }: Features,
  recording: number,
): Int16Array {
  const truth = new Int16Array(valid[recording].length).fill(-1);
  for (const span of spans) {
    if (span.recording === recording) truth.fill(span.label, span.first, span.last + 1);
  }
  return truth;
}

type Answer = (stretch: Stretch, recogniser: Recogniser) => Uint16Array;

const offlineAnswers: Answer = ({ probabilities, places }, { spec, logTransitions }) =>
  answersOf(
    probabilities,
    places.map(() => false),
    spec,
    logTransitions,
  );

/** What was said of every window four windows later, never taken back; the last ones at the end. */
const liveAnswers: Answer = ({ probabilities, places }, { spec, logTransitions }) => {
  const C = spec.classes.length;
  const state = createViterbiState();
  const answers: number[] = [];
  for (let i = 0; i < places.length; i++) {
    followViterbi(state, probabilities.subarray(i * C, (i + 1) * C), logTransitions);
    const path = openPath(state, cautiousEnd(state, logTransitions, answers.at(-1) ?? null));
    if (i >= LIVE_LAG) answers.push(path[path.length - 1 - LIVE_LAG]);
  }
  if (places.length > 0) answers.push(...openPath(state).slice(-LIVE_LAG));
  return Uint16Array.from(answers);
};

function scoreSegments(
  recogniser: Recogniser,
  recordings: readonly Judged[],
  answer: Answer,
): SegmentScores {
  const { spec } = recogniser;
  const all = recordings.map(({ truth, stretches }) => {
    const found = new Int16Array(truth.length).fill(-1);
    for (const stretch of stretches) {
      const first = stretch.places[0].first;
      const samples = stretch.places[stretch.places.length - 1].first - first + spec.window;
      found.set(classOfSamples(answer(stretch, recogniser), samples, spec), first);
    }
    return { truth, found };
  });
  const reach = Math.round(10_000 / spec.stepMs);
  const delays = all
    .flatMap(({ truth, found }) => boundaryDelays(truth, found, reach))
    .map((delay) => (Math.abs(delay) * spec.stepMs) / 1000)
    .sort((a, b) => a - b);
  return {
    f1: OVERLAPS.map((overlap) =>
      segmentF1(all.map(({ truth, found }) => matchSegments(truth, found, overlap))),
    ),
    edit: all.reduce((sum, { truth, found }) => sum + editScore(truth, found), 0) / all.length,
    delaySeconds: delays[delays.length >> 1] ?? NaN,
  };
}

/** Of the samples labelled so, the share that the finished ribbon calls unknown. */
export function unknownShare(
  { spec, logTransitions }: Recogniser,
  recordings: readonly Judged[],
  isAsked: (label: number) => boolean = () => true,
): number {
  let asked = 0;
  let unknown = 0;
  for (const { truth, stretches } of recordings) {
    for (const { places, probabilities, isNovel } of stretches) {
      const answers = answersOf(probabilities, isNovel, spec, logTransitions);
      const samples = places[places.length - 1].first - places[0].first + spec.window;
      classOfSamples(answers, samples, spec).forEach((answer, i) => {
        const label = truth[places[0].first + i];
        if (label < 0 || !isAsked(label)) return;
        asked++;
        if (answer === spec.classes.length) unknown++;
      });
    }
  }
  return unknown / asked;
}

/** The recordings that these spans lie in, as the recogniser reads them. */
export function judgedRecordings(
  features: Features,
  recogniser: Recogniser,
  classifier: Classifier,
  spans: readonly LabelledSpan[],
): Judged[] {
  return [...new Set(spans.map(({ recording }) => recording))].map((recording) => ({
    truth: truthOf(spans, features, recording),
    stretches: readStretches(recogniser, classifier, features, recording),
  }));
}

function argmax(row: Float64Array): number {
  return row.indexOf(Math.max(...row));
}
