/** Figures over seeds, with intervals over files and choices checked on categories left out. */
import {
  scoreNab,
  sweepNab,
  type NabFile,
  type NabSweep,
} from '../../../shared/detect/evaluate/nab.ts';
import { defaultThreshold } from '../../../shared/detect/threshold/threshold.ts';
import { createRandom } from '../../../shared/math/prng.ts';
import { quantile } from '../../../shared/math/stats.ts';
import { FORECAST_ALONE, LEVEL_ALONE, OURS } from './bench-series.ts';
import { leaveOneOut, sumOf } from './choices/leave-out.ts';
import { figuresOf, PRIMARY, type Figures, type Part } from './measure.ts';
import type { BenchRun } from './run-bench.ts';
import type { Family } from './series.ts';

const DEFAULT_THRESHOLD = defaultThreshold('stream').parameter;
const RESAMPLES = 200;
const INTERVAL = [0.05, 0.95] as const;
/** Thresholds that a choice without the left out category may take. */
const THRESHOLDS = [2, 2.2, 2.4, 2.5, 2.6, 2.7, 2.8, 2.9, 3, 3.1, 3.2, 3.3, 3.4];

export interface Spread {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

export interface MethodSummary {
  readonly name: string;
  readonly figures: Readonly<Record<string, Spread>>;
  /** Of the primary figure, over files drawn with return; the middle nine tenths. */
  readonly interval: readonly [number, number];
}

/** Chosen on all other categories, measured on this one. */
export interface LeftOut {
  readonly category: string;
  readonly files: number;
  readonly choice: string;
  readonly score: number;
  /** With nothing chosen. */
  readonly scoreAtDefault: number;
}

export interface FamilySummary {
  readonly family: Family;
  readonly primary: string;
  readonly files: number;
  readonly rows: number;
  readonly seconds: number;
  readonly methods: readonly MethodSummary[];
  readonly leftOut: readonly LeftOut[];
  readonly causes: { readonly hit: number; readonly named: number; readonly namedByRaw: number };
}

export function summarise(family: Family, runs: readonly BenchRun[]): FamilySummary {
  const seeds = [...new Set(runs.map(({ order }) => order.seed))];
  const ofSeed = (seed: number): BenchRun[] => runs.filter(({ order }) => order.seed === seed);
  const first = ofSeed(seeds[0]);
  const names = Object.keys(first[0].result.parts);
  const sum = (of: (run: BenchRun) => number): number =>
    runs.reduce((total, run) => total + of(run), 0);
  return {
    family,
    primary: PRIMARY[family],
    files: first.length,
    rows: first.reduce((total, { result }) => total + result.rows, 0),
    seconds: sum(({ result }) => result.seconds) / seeds.length,
    methods: names.map((name) => {
      const bySeed = seeds
        .map((seed) => ofSeed(seed).flatMap(({ result }) => result.parts[name] ?? []))
        .filter((parts) => parts.length > 0);
      return {
        name,
        figures: spreads(bySeed.map((parts) => figuresOf(parts))),
        interval: bootstrap(bySeed[0], PRIMARY[family]),
      };
    }),
    leftOut: family === 'nab' ? leftOutOf(first) : [],
    causes: {
      hit: sum(({ result }) => result.causes.hit),
      named: sum(({ result }) => result.causes.named),
      namedByRaw: sum(({ result }) => result.causes.namedByRaw),
    },
  };
}

function spreads(bySeed: readonly Figures[]): Record<string, Spread> {
  return Object.fromEntries(
    Object.keys(bySeed[0]).map((name) => {
      const values = bySeed.map((figures) => figures[name]);
      const mean = values.reduce((total, value) => total + value, 0) / values.length;
      return [name, { mean, min: Math.min(...values), max: Math.max(...values) }];
    }),
  );
}

function bootstrap(parts: readonly Part[], figure: string): [number, number] {
  const random = createRandom(1);
  const values = Float64Array.from({ length: RESAMPLES }, () => {
    const weights = parts.map(() => 0);
    for (let i = 0; i < parts.length; i++) weights[random.integer(parts.length)]++;
    return figuresOf(parts, weights)[figure];
  }).filter(Number.isFinite);
  return values.length === 0
    ? [NaN, NaN]
    : [quantile(values, INTERVAL[0]), quantile(values, INTERVAL[1])];
}

/** Which scores and threshold would the other categories choose, and how do they fare here? */
function leftOutOf(runs: readonly BenchRun[]): LeftOut[] {
  const byCategory = Map.groupBy(runs, ({ order }) => order.file.category);
  const alternatives = [OURS, FORECAST_ALONE, LEVEL_ALONE].flatMap((name) =>
    THRESHOLDS.map((threshold) => ({ name, threshold })),
  );
  const isDefault = (one: (typeof alternatives)[number]): boolean =>
    one.name === OURS && one.threshold === DEFAULT_THRESHOLD;
  alternatives.sort((a, b) => Number(isDefault(b)) - Number(isDefault(a)));
  const tallies = alternatives.map(({ name, threshold }) =>
    [...byCategory.values()].map((some) => {
      const files = some.map(({ result }) => (result.parts[name] as { file: NabFile }).file);
      return sumOf(files.map((file) => scoreNab(sweepOfFile(file), 'standard', threshold)));
    }),
  );
  const { groups } = leaveOneOut([...byCategory.keys()], tallies);
  return groups.map(({ group, chosen, score, scoreAtDefault }) => ({
    category: group,
    files: byCategory.get(group)!.length,
    choice: `${alternatives[chosen].name} from ${alternatives[chosen].threshold}`,
    ...{ score, scoreAtDefault },
  }));
}

const sweeps = new WeakMap<NabFile, NabSweep>();

/** Sorting is what takes long. */
function sweepOfFile(file: NabFile): NabSweep {
  const sweep = sweeps.get(file) ?? sweepNab([file]);
  sweeps.set(file, sweep);
  return sweep;
}
