/**
 * Learning to recognise activities from labels. Whole recordings or people are left out and judge
 * what was learnt: when to stop, confusion, temperature. Where only one recording is labelled, the
 * last part of each activity's labels is left out instead; windows are never shuffled apart. Then
 * training goes on with all labels, as every person more helps with the next.
 */
import { createRandom } from '../math/prng.ts';
import type { Backend } from '../model/backend.ts';
import { networkShapes } from '../model/network.ts';
import { drawParameters, type Parameters } from '../model/parameters.ts';
import { Trainer, type EpochReport } from '../train/trainer.ts';
import type { ReliabilityBin, WindowScores } from '../domain/recogniser.ts';
import { fitTemperature, lossOf, reliabilityCurve, softmax } from './calibration.ts';
import type { Scale } from './augment.ts';
import { createClassifier } from './classifier.ts';
import { scoreWindows } from './evaluate.ts';
import { fitNovelty } from './fit-novelty.ts';
import type { Recogniser, RecogniserSpec } from './recogniser.ts';
import { BATCH, fitFeatureScale, recogniserTask } from './recogniser-task.ts';
import {
  expertRow,
  expertScores,
  fitSummaryExpert,
  weighted,
  type SummaryExpert,
} from './summary-expert.ts';
import { learntTransitions, stayTransitions } from './viterbi.ts';
import {
  labelledPlaces,
  windowAt,
  type Features,
  type LabelledSpan,
  type Place,
} from './windows.ts';

export interface RecogniserOrder {
  readonly spec: RecogniserSpec;
  readonly features: Features;
  readonly spans: readonly LabelledSpan[];
  /** Of each recording: the person or machine it is of; groups are held out whole. */
  readonly groups: readonly string[];
  /** Of each recording: in one session a sensor stays where it is. */
  readonly sessions: readonly string[];
  readonly seed: number;
  /** Times that each labelled window is seen, on average. */
  readonly epochs: number;
}

export interface Judged {
  /** Groups that were left out; empty: the ends of the labels were. */
  readonly groups: readonly string[];
  readonly scores: WindowScores;
  readonly reliability: readonly ReliabilityBin[];
}

export interface RecogniserOutcome {
  readonly recogniser: Recogniser;
  /** On what the first training did not see; null where there was too little to leave out. */
  readonly judged: Judged | null;
}

export interface RecogniserProgress {
  readonly step: number;
  readonly steps: number;
  readonly report: EpochReport | null;
}

export const EPOCHS = 15;
/** Of the epochs: the last, with what was left out before. */
const WHOLE_SHARE = 1 / 3;
const STAY = 0.9999;
const TRANSITIONS_MIN_PER_CLASS = 5;
const HELD_SHARE = 0.2;
const STEPS_MIN = 900;
/** ω where nothing was held out to fit it, and those that are tried. */
const EXPERT_WEIGHT = 0.3;
const EXPERT_WEIGHTS = [0, 0.1, 0.2, EXPERT_WEIGHT, 0.5, 0.7, 1];
const LEARNING_RATE = 4e-3;
const WHOLE_LEARNING_RATE = 2e-3;
const CLASSIFY_BATCH = 64;
const TRAINING = {
  schedule: { name: 'one-cycle' },
  optimiser: { name: 'adamw' },
  weightDecay: 1e-3,
  l1: 0,
  clipNorm: 1,
  patience: 8,
} as const;

/** Throws RangeError when the labels hold no whole window, or fewer than two activities. */
export function* trainRecogniser(
  backend: Backend,
  order: RecogniserOrder,
): Generator<RecogniserProgress, RecogniserOutcome> {
  const { spec, features, spans, epochs } = order;
  const all = labelledPlaces(spans, features, spec.window, spec.hop);
  refuseTooLittle(all, spec);
  const parts = holdOut(order, all);
  const { held } = parts;
  const scale = fitFeatureScale(features, all, spec.window);
  const parameters = drawParameters(networkShapes(spec.network), createRandom(order.seed));
  const C = spec.classes.length;
  // Windows overlap and say the same thing more than once: a change has to outweigh it.
  const repeats = Math.sqrt(spec.window / spec.hop);
  const logTransitions = transitionsOf(spans, C).map((logA) => repeats * logA);
  const novelty = fitNovelty({ ...order, scale, logTransitions });
  const expertOf = (places: readonly Place[]): SummaryExpert => {
    return fitSummaryExpert(rowsOf(order, scale, places), places.map(labelOf), C);
  };
  const opinion = expertOf(all);
  const share = held.length > 0 ? WHOLE_SHARE : 0;
  const steps = stepsOf(1 - share, epochs, parts.training.length);
  const inAll = steps + (share > 0 ? stepsOf(share, epochs, all.length) : 0);
  const learn = { backend, order, scale, parameters, inAll };
  const first = { steps, before: 0, learningRate: LEARNING_RATE };
  const done = yield* learnFrom(learn, parts, first);
  const plain = { spec, scale, parameters, novelty, logTransitions };
  if (held.length === 0) {
    const expert = weighted(opinion, EXPERT_WEIGHT);
    return { recogniser: { ...plain, expert, temperature: 1 }, judged: null };
  }
  const classifier = createClassifier(backend, spec, parameters, scale, CLASSIFY_BATCH);
  const labels = held.map(labelOf);
  const { scores } = classifier.classify(features, held);
  const asked = rowsOf(order, scale, held);
  const { ω, temperature, sum } = weigh(scores, asked, labels, expertOf(parts.training));
  const judged = judge(parts.groups, sum, labels, temperature);
  const second = { steps: inAll - steps, before: done, learningRate: WHOLE_LEARNING_RATE };
  yield* learnFrom(learn, { training: all, held: [] }, second);
  return { recogniser: { ...plain, expert: weighted(opinion, ω), temperature }, judged };
}

const labelOf = ({ label }: Place): number => label;

function rowsOf(
  { spec, features }: RecogniserOrder,
  scale: Scale,
  places: readonly Place[],
): Float64Array[] {
  return places.map((place) => {
    return expertRow(windowAt(features, place, spec.window), scale, spec.plan.channels);
  });
}

/** How much the expert counts: the ω, with its τ, that makes held-out windows likeliest. */
function weigh(
  scores: Float64Array,
  rows: readonly Float64Array[],
  labels: readonly number[],
  expert: SummaryExpert,
) {
  const opinion = Float64Array.from(rows.flatMap((row) => [...expertScores(expert, row)]));
  const tried = EXPERT_WEIGHTS.map((ω) => {
    const sum = scores.map((score, i) => score + ω * opinion[i]);
    const temperature = fitTemperature(sum, labels);
    return { ω, sum, temperature, loss: lossOf(sum, labels, temperature) };
  });
  return tried.reduce((best, one) => (one.loss < best.loss ? one : best));
}

function stepsOf(share: number, epochs: number, windows: number): number {
  const wanted = (epochs * windows) / Math.min(BATCH, windows);
  return Math.round(share * Math.max(STEPS_MIN, wanted));
}

interface Learn {
  readonly backend: Backend;
  readonly order: RecogniserOrder;
  readonly scale: Scale;
  /** Where training begins; what is learnt is written there. */
  readonly parameters: Parameters;
  /** Steps of all trainings. */
  readonly inAll: number;
}

interface Part {
  readonly steps: number;
  /** Steps of the training before. */
  readonly before: number;
  readonly learningRate: number;
}

/** Answers the steps that are done then. */
function* learnFrom(
  { backend, order, scale, parameters, inAll }: Learn,
  { training, held }: Pick<Parts, 'training' | 'held'>,
  { steps, before, learningRate }: Part,
): Generator<RecogniserProgress, number> {
  const { spec, features, seed } = order;
  const task = recogniserTask(spec, scale, { features, training, held });
  const stepsPerEpoch = Math.max(10, Math.round(training.length / task.B));
  const options = { ...TRAINING, steps, learningRate, stepsPerEpoch, seed: seed + before };
  const trainer = new Trainer(backend, task, parameters, options);
  while (trainer.end === null) {
    const report = trainer.advance();
    yield { step: before + trainer.step, steps: inAll, report };
  }
  trainer.finish();
  return before + trainer.step;
}

function refuseTooLittle(places: readonly Place[], { classes, window, stepMs }: RecogniserSpec) {
  const missing = classes.filter((_, c) => places.every(({ label }) => label !== c));
  if (missing.length > 0) {
    throw new RangeError(
      `No label of "${missing[0]}" holds a whole window of ${(window * stepMs) / 1000} s; ` +
        'label longer stretches of it, or choose a shorter window.',
    );
  }
  if (classes.length < 2) {
    throw new RangeError(
      `The labels name ${classes.length} activity; at least two are needed to tell them apart.`,
    );
  }
}

interface Parts {
  readonly training: readonly Place[];
  readonly held: readonly Place[];
  readonly groups: readonly string[];
}

/** About a fifth left out: whole groups where every class stays known without them. */
function holdOut({ groups, spec, seed }: RecogniserOrder, all: readonly Place[]): Parts {
  const names = [...new Set(all.map(({ recording }) => groups[recording]))].sort();
  const count = Math.round(HELD_SHARE * names.length);
  if (count >= 1) {
    const random = createRandom(seed);
    const chosen = new Set<string>();
    while (chosen.size < count) chosen.add(names[random.integer(names.length)]);
    const isHeld = ({ recording }: Place): boolean => chosen.has(groups[recording]);
    const training = all.filter((place) => !isHeld(place));
    if (knowsAll(training, spec)) {
      return { training, held: all.filter(isHeld), groups: [...chosen] };
    }
  }
  return holdEndsOut(all, spec);
}

/** The last windows of every class, and between both parts the windows that overlap. */
function holdEndsOut(all: readonly Place[], spec: RecogniserSpec): Parts {
  const training: Place[] = [];
  const held: Place[] = [];
  for (let c = 0; c < spec.classes.length; c++) {
    const own = all.filter(({ label }) => label === c);
    const count = Math.floor(HELD_SHARE * own.length);
    const tail = own.slice(own.length - count);
    held.push(...tail);
    const overlaps = (place: Place): boolean =>
      tail.some((other) => {
        const near = Math.abs(other.first - place.first) < spec.window;
        return other.recording === place.recording && near;
      });
    training.push(...own.slice(0, own.length - count).filter((place) => !overlaps(place)));
  }
  const isEnough = held.length > 0 && knowsAll(training, spec);
  return isEnough ? { training, held, groups: [] } : { training: all, held: [], groups: [] };
}

function knowsAll(places: readonly Place[], { classes }: RecogniserSpec): boolean {
  return classes.every((_, c) => places.some(({ label }) => label === c));
}

function judge(
  groups: readonly string[],
  scores: Float64Array,
  labels: readonly number[],
  temperature: number,
): Judged {
  const C = scores.length / labels.length;
  const rows = labels.map((_, i) => softmax(scores.subarray(i * C, (i + 1) * C), temperature));
  const found = rows.map((row) => row.indexOf(Math.max(...row)));
  return {
    groups,
    scores: scoreWindows(labels, found, C),
    reliability: reliabilityCurve(Float64Array.from(rows.flatMap((row) => [...row])), labels),
  };
}

/** The order that labels show, where they show enough of it. */
function transitionsOf(spans: readonly LabelledSpan[], classes: number): Float64Array {
  const recordings = [...new Set(spans.map(({ recording }) => recording))];
  const orders = recordings.map((recording) => {
    const own = spans.filter((span) => span.recording === recording);
    const labels = own.sort((a, b) => a.first - b.first).map(({ label }) => label);
    return labels.filter((label, i) => i === 0 || label !== labels[i - 1]);
  });
  const seen = orders.reduce((sum, order) => sum + Math.max(0, order.length - 1), 0);
  if (seen < TRANSITIONS_MIN_PER_CLASS * classes) return stayTransitions(classes, STAY);
  return learntTransitions(orders, classes, STAY, 0.5);
}
