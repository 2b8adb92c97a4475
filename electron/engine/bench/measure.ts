/**
 * From scores to figures. A part is what one series gives for one method, small enough to cross
 * threads; figures are of a whole family, by its official protocol.
 */
import { scoreNab, sweepNab, type NabFile } from '../../../shared/detect/evaluate/nab.ts';
import {
  addConfusions,
  aucPr,
  bestF1,
  confusionOf,
  ratesOf,
  runsOf,
  type Confusion,
} from '../../../shared/detect/evaluate/points.ts';
import {
  isUcrHit,
  scoreSequences,
  sequenceRates,
  type SequenceCounts,
} from '../../../shared/detect/evaluate/sequences.ts';
import { vus } from '../../../shared/detect/evaluate/vus.ts';
import { BURST_ROWS } from '../../../shared/detect/threshold/judge.ts';
import { defaultThreshold } from '../../../shared/detect/threshold/threshold.ts';
import type { Family, Series } from './series.ts';

const DEFAULT_THRESHOLD = defaultThreshold('stream').parameter;

/** What a method says of a series, one a row. */
export interface Said {
  readonly scores: Float64Array;
  readonly flags: ArrayLike<number>;
}

export type Part =
  | { readonly kind: 'nab'; readonly file: NabFile }
  | { readonly kind: 'confusion'; readonly confusion: Confusion }
  | { readonly kind: 'means'; readonly means: Figures }
  | {
      readonly kind: 'sequences';
      readonly first: SequenceCounts;
      readonly full: SequenceCounts;
      readonly flagged: number;
      /** Of the scores by row: one long alarm, which is one sequence and met all, earns nothing. */
      readonly vusPr: number;
    };

export type Figures = Readonly<Record<string, number>>;

/** The figure that stands for a family. */
export const PRIMARY: Readonly<Record<Family, string>> = {
  nab: 'standard @default',
  skab: 'F1',
  smd: 'AUC-PR',
  smap: 'F1',
  ucr: 'correct',
  mba: 'AUC-PR',
  ims: 'first alarm',
};

export function partOf(family: Family, series: Series, { scores, flags }: Said): Part {
  const { t, trainRows, spans = [], labels } = series;
  const testScores = scores.subarray(trainRows);
  const testFlags = Array.from(flags).slice(trainRows);
  switch (family) {
    case 'nab':
      return { kind: 'nab', file: { t, scores, windows: spans } };
    case 'skab':
      return {
        kind: 'confusion',
        confusion: confusionOf(labels!.subarray(trainRows), testFlags),
      };
    case 'smd':
    case 'mba': {
      const truth = labels!.subarray(trainRows);
      const means = {
        'AUC-PR': aucPr(truth, testScores),
        'VUS-PR': vus(truth, testScores).pr,
        'best F1': bestF1(truth, testScores).f1,
        'F1 @default': ratesOf(confusionOf(truth, testFlags)).f1,
      };
      return { kind: 'means', means };
    }
    case 'smap': {
      const truth = spans.map(([a, b]) => [a - trainRows, b - trainRows] as const);
      const predicted = alarmSequences(testFlags);
      return {
        kind: 'sequences',
        first: scoreSequences(truth, predicted),
        full: scoreSequences(truth, predicted, true),
        flagged: testFlags.filter((flag) => flag > 0).length / testFlags.length,
        vusPr: truth.length === 0 ? NaN : vus(rowsWithin(truth, testScores.length), testScores).pr,
      };
    }
    case 'ucr':
      return {
        kind: 'means',
        means: { correct: Number(isUcrHit(scores, trainRows, spans[0])) },
      };
    case 'ims':
      return { kind: 'means', means: lifeFigures(Array.from(flags)) };
  }
}

/** 1 on the rows of the spans, both ends counted. */
function rowsWithin(spans: readonly (readonly [number, number])[], rows: number): Uint8Array {
  const labels = new Uint8Array(rows);
  for (const [first, last] of spans) labels.fill(1, Math.max(0, first), last + 1);
  return labels;
}

/** Runs of flagged rows; those that follow closely are one alarm, as events are. */
export function alarmSequences(flags: ArrayLike<number>): [number, number][] {
  const sequences: [number, number][] = [];
  for (const [first, last] of runsOf(flags)) {
    const before = sequences.at(-1);
    if (before && first - before[1] <= BURST_ROWS) before[1] = last;
    else sequences.push([first, last]);
  }
  return sequences;
}

/** Of a run to failure: shares of its life. */
function lifeFigures(flags: readonly number[]): Figures {
  const first = flags.findIndex((flag) => flag > 0);
  const half = flags.slice(0, flags.length >> 1);
  return {
    'first alarm': first < 0 ? 1 : first / flags.length,
    'alarm rows in first half': half.filter((flag) => flag > 0).length,
  };
}

/** Figures of a family; `weights`: how often each part counts. */
export function figuresOf(parts: readonly Part[], weights?: readonly number[]): Figures {
  const chosen = weights
    ? parts.flatMap((part, i) => Array.from({ length: weights[i] }, () => part))
    : parts;
  const of = <K extends Part['kind']>(kind: K) =>
    chosen.filter((part): part is Extract<Part, { kind: K }> => part.kind === kind);
  switch (parts[0]?.kind) {
    case 'nab':
      return nabFigures(parts as Extract<Part, { kind: 'nab' }>[], weights);
    case 'confusion': {
      const rates = ratesOf(addConfusions(of('confusion').map(({ confusion }) => confusion)));
      return { F1: rates.f1, 'FAR %': rates.far, 'MAR %': rates.mar };
    }
    case 'sequences': {
      const first = sequenceRates(of('sequences').map((part) => part.first));
      const full = sequenceRates(of('sequences').map((part) => part.full));
      const flagged = of('sequences').reduce((sum, part) => sum + part.flagged, 0);
      return {
        ...{ precision: first.precision, recall: first.recall, F1: first.f1 },
        'F1 full credit': full.f1,
        'VUS-PR': meanOf(of('sequences').map(({ vusPr }) => vusPr)),
        'rows flagged %': (100 * flagged) / chosen.length,
      };
    }
    case 'means': {
      const means = of('means');
      const names = Object.keys(means[0]?.means ?? {});
      const average = (name: string): number =>
        means.reduce((sum, part) => sum + part.means[name], 0) / means.length;
      return Object.fromEntries(names.map((name) => [name, average(name)]));
    }
    default:
      return {};
  }
}

function meanOf(values: readonly number[]): number {
  const known = values.filter(Number.isFinite);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function nabFigures(
  parts: readonly { readonly file: NabFile }[],
  weights?: readonly number[],
): Figures {
  const sweep = sweepOf(parts);
  const standard = scoreNab(sweep, 'standard', null, weights);
  const fixed = scoreNab(sweep, 'standard', DEFAULT_THRESHOLD, weights);
  return {
    'standard best': standard.normalised,
    'standard @default': fixed.normalised,
    'low FP best': scoreNab(sweep, 'lowFp', null, weights).normalised,
    'low FN best': scoreNab(sweep, 'lowFn', null, weights).normalised,
    'low FP @default': scoreNab(sweep, 'lowFp', DEFAULT_THRESHOLD, weights).normalised,
    'low FN @default': scoreNab(sweep, 'lowFn', DEFAULT_THRESHOLD, weights).normalised,
    'best threshold': standard.threshold,
    'false rows @default': fixed.falseRows,
  };
}

const sweeps = new WeakMap<readonly object[], ReturnType<typeof sweepNab>>();

/** Sorting is what takes long; the same parts are asked many times. */
export function sweepOf(parts: readonly { readonly file: NabFile }[]) {
  const known = sweeps.get(parts) ?? sweepNab(parts.map(({ file }) => file));
  sweeps.set(parts, known);
  return known;
}
