/**
 * Activities by people held out: folds of whole people, several seeds, beside plain classifiers and
 * a plain GRU; then what few labels of one person give, and whether an activity that was never
 * labelled is called unknown.
 */
import { createClassifier } from '../../../../shared/activity/classifier.ts';
import { scoreWindows } from '../../../../shared/activity/evaluate.ts';
import { featureCount } from '../../../../shared/activity/features.ts';
import { recogniserNetwork, type RecogniserSpec } from '../../../../shared/activity/recogniser.ts';
import { EPOCHS, type RecogniserOrder } from '../../../../shared/activity/train-recogniser.ts';
import {
  labelledPlaces,
  readFeatures,
  type Features,
  type LabelledSpan,
} from '../../../../shared/activity/windows.ts';
import type { RecogniserNetwork, WindowScores } from '../../../../shared/domain/recogniser.ts';
import type { Backend } from '../../../../shared/model/backend.ts';
import { linearDiscriminant, nearestNeighbour, simpleFeatures } from './baselines.ts';
import type { LabelledRecordings } from './labelled-recordings.ts';
import {
  judgedRecordings,
  measureFold,
  train,
  unknownShare,
  type FoldScores,
} from './measure-fold.ts';

export interface ActivityBenchOptions {
  readonly folds: number;
  readonly seeds: number;
  /** Classes count up to here; the rest of the labels is left out. */
  readonly classes: number;
  /** Samples. */
  readonly window: number;
  readonly network: RecogniserNetwork;
  readonly epochs: number;
}

export const DEFAULTS = { window: 128, network: 'conv-gru', epochs: EPOCHS } as const;

export interface FoldResult {
  readonly fold: number;
  readonly seed: number;
  readonly scores: FoldScores;
}

export class ActivityBench {
  readonly people: readonly string[];
  private readonly data: LabelledRecordings;
  private readonly features: Features;
  private readonly createBackend: () => Backend;
  private readonly options: ActivityBenchOptions;

  constructor(
    data: LabelledRecordings,
    options: ActivityBenchOptions,
    createBackend: () => Backend,
  ) {
    this.data = data;
    this.options = options;
    this.createBackend = createBackend;
    this.features = readFeatures(data.recordings, data.plan, featureCount(data.plan));
    this.people = [...new Set(data.groups)].sort((a, b) => a.localeCompare(b, 'en', NUMERIC));
  }

  fold(fold: number, seed: number): FoldResult {
    const test = this.testOf(fold);
    const spans = this.spansOf((group) => !test.has(group));
    const place = {
      data: this.data,
      features: this.features,
      createBackend: this.createBackend,
    };
    return { fold, seed, scores: measureFold(place, this.order(spans, this.names, seed), test) };
  }

  baselines(fold: number): Record<string, WindowScores> {
    const test = this.testOf(fold);
    const { window } = this.options;
    const places = (isTest: boolean, hop: number) =>
      labelledPlaces(
        this.spansOf((group) => test.has(group) === isTest),
        this.features,
        window,
        hop,
      );
    const [known, asked] = [places(false, window / 2), places(true, window / 2)];
    const rows = simpleFeatures(this.features, known, window);
    const labels = known.map(({ label }) => label);
    const queries = simpleFeatures(this.features, asked, window);
    const truth = asked.map(({ label }) => label);
    const C = this.names.length;
    const guesses = {
      'LDA on mean and spread': linearDiscriminant(rows, labels, C),
      '1-NN on mean and spread': nearestNeighbour(rows, labels),
    };
    const scored = Object.entries(guesses).map(([name, guess]) => {
      return [name, scoreWindows(truth, queries.map(guess), C)] as const;
    });
    return Object.fromEntries(scored);
  }

  /** A GRU that reads every sample, learnt alike, without convolutions or a second opinion. */
  plainGru(fold: number, seed: number): WindowScores {
    const test = this.testOf(fold);
    const order = this.order(
      this.spansOf((group) => !test.has(group)),
      this.names,
      seed,
    );
    const C = this.names.length;
    const spec = { ...order.spec, network: recogniserNetwork('gru', this.data.plan, C) };
    const { window, hop } = spec;
    const spans = this.spansOf((group) => test.has(group));
    const asked = labelledPlaces(spans, this.features, window, window / 2);
    const backend = this.createBackend();
    const { recogniser } = train(backend, { ...order, spec });
    const { parameters, scale } = recogniser;
    const classifier = createClassifier(backend, spec, parameters, scale, hop);
    const { scores } = classifier.classify(this.features, asked);
    backend.dispose();
    const found = asked.map((_, i) => {
      const row = scores.subarray(i * C, (i + 1) * C);
      return row.indexOf(Math.max(...row));
    });
    const truth = asked.map(({ label }) => label);
    return scoreWindows(truth, found, C);
  }

  /** Accuracy on the rest of a person's own labels after so many minutes of them. */
  fewLabels(person: string, minutes: number, seed: number): number {
    const { window, hop } = this.spec(this.names);
    const own = this.spansOf((group) => group === person);
    const chosen = this.firstMinutes(own, minutes);
    const present = new Set(own.map(({ label }) => label));
    if (new Set(chosen.map(({ label }) => label)).size < present.size) return NaN;
    const backend = this.createBackend();
    const { recogniser } = train(backend, this.order(chosen, this.names, seed));
    const places = labelledPlaces(own, this.features, window, window / 2).filter((place) => {
      return chosen.every(({ recording, first, last }) => {
        const apart = place.first > last || place.first + window <= first;
        return recording !== place.recording || apart;
      });
    });
    const { spec, parameters, scale, expert } = recogniser;
    const { scores } = createClassifier(backend, spec, parameters, scale, hop, expert).classify(
      this.features,
      places,
    );
    backend.dispose();
    const C = this.names.length;
    const right = places.filter(({ label }, i) => {
      const row = scores.subarray(i * C, (i + 1) * C);
      return row.indexOf(Math.max(...row)) === label;
    });
    return right.length / places.length;
  }

  /** Shares called unknown of a class that was left out of the labels, and of the others. */
  unseen(label: number, fold: number, seed: number): { unseen: number; known: number } {
    const test = this.testOf(fold);
    const names = this.names.filter((_, c) => c !== label);
    const relabelled = (spans: readonly LabelledSpan[]): LabelledSpan[] =>
      spans
        .filter((span) => span.label !== label)
        .map((span) => ({ ...span, label: span.label > label ? span.label - 1 : span.label }));
    const spans = relabelled(this.spansOf((group) => !test.has(group)));
    const backend = this.createBackend();
    const { recogniser } = train(backend, this.order(spans, names, seed));
    const { spec, parameters, scale, expert } = recogniser;
    const classifier = createClassifier(backend, spec, parameters, scale, spec.hop, expert);
    const asked = this.spansOf((group) => test.has(group));
    const recordings = judgedRecordings(this.features, recogniser, classifier, asked);
    backend.dispose();
    return {
      unseen: unknownShare(recogniser, recordings, (one) => one === label),
      known: unknownShare(recogniser, recordings, (one) => one !== label),
    };
  }

  get names(): readonly string[] {
    return this.data.classes.slice(0, this.options.classes);
  }

  private testOf(fold: number): Set<string> {
    return new Set(this.people.filter((_, i) => i % this.options.folds === fold));
  }

  private spansOf(chosen: (group: string) => boolean): LabelledSpan[] {
    return this.data.spans.filter(({ recording, label }) => {
      return label < this.options.classes && chosen(this.data.groups[recording]);
    });
  }

  private spec(classes: readonly string[]): RecogniserSpec {
    const { plan, recordings } = this.data;
    const { window, network } = this.options;
    return {
      ...{ classes, channels: [], plan, stepMs: recordings[0].stepMs },
      ...{ window, hop: window / 4 },
      network: recogniserNetwork(network, plan, classes.length),
    };
  }

  private order(
    spans: readonly LabelledSpan[],
    classes: readonly string[],
    seed: number,
  ): RecogniserOrder {
    const { features, options, data } = this;
    const { epochs } = options;
    const sessions = data.recordings.map((_, recording) => String(recording));
    const { groups } = data;
    return { spec: this.spec(classes), features, spans, groups, sessions, seed, epochs };
  }

  /** The first stretches of every class, an equal time of each. */
  private firstMinutes(own: readonly LabelledSpan[], minutes: number): LabelledSpan[] {
    const labels = [...new Set(own.map(({ label }) => label))];
    const stepMs = this.data.recordings[0].stepMs;
    const share = Math.floor((minutes * 60_000) / stepMs / labels.length);
    return labels.flatMap((label) => {
      let left = share;
      const spans = own.filter((span) => span.label === label);
      return spans.flatMap((span) => {
        const taken = Math.min(left, span.last - span.first + 1);
        left -= taken;
        return taken < this.options.window ? [] : [{ ...span, last: span.first + taken - 1 }];
      });
    });
  }
}

const NUMERIC = { numeric: true } as const;
