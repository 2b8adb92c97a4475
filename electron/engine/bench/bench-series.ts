/** One series of the benchmark: ours, its parts alone, and what needs no model, side by side. */
import { BASELINES } from '../../../shared/detect/evaluate/baselines.ts';
import { createBurstHold, holdBurst } from '../../../shared/detect/threshold/record-hold.ts';
import { replayThreshold } from '../../../shared/detect/threshold/replay.ts';
import { defaultThreshold } from '../../../shared/detect/threshold/threshold.ts';
import type { AnomalyEvent } from '../../../shared/domain/event.ts';
import { partOf, type Part, type Said } from './measure.ts';
import { scoreSeries, type OwnScores } from './score-series.ts';
import { readSeries, type Series, type SeriesFile } from './series.ts';

/** The names of ours in tables. */
export const OURS = 'Offbeat';
export const FORECAST_ALONE = 'GRU residual alone';
export const LEVEL_ALONE = 'level alone';
const HELD = ', held';
/** Scores that deserve record hold too, for a fair comparison of streams. */
const HELD_BASELINES = ['conformal |diff|', 'windowed Gaussian'];
const ROOT_CAUSES = 3;
const STREAM = defaultThreshold('stream');
const REFERENCE = defaultThreshold('reference');

export interface BenchOrder {
  readonly file: SeriesFile;
  readonly seed: number;
  /** Baselines do not hang on the seed. */
  readonly withBaselines: boolean;
}

/** Labelled segments that an alarm met, and those whose true channel was among the top three. */
export interface CauseCounts {
  readonly hit: number;
  readonly named: number;
  readonly namedByRaw: number;
}

export interface BenchResult {
  readonly seed: number;
  readonly rows: number;
  /** Spent on ours; baselines apart. */
  readonly seconds: number;
  readonly parts: Readonly<Record<string, Part>>;
  readonly events: readonly AnomalyEvent[];
  readonly causes: CauseCounts;
}

export function benchSeries({ file, seed, withBaselines }: BenchOrder): BenchResult {
  const series = readSeries(file);
  const started = performance.now();
  const own = scoreSeries(series, seed);
  const seconds = (performance.now() - started) / 1000;
  const said = { ...oursOf(series, own), ...(withBaselines && baselinesOf(series, seed)) };
  const parts = Object.fromEntries(
    Object.entries(said).map(([name, what]) => [name, partOf(file.family, series, what)]),
  );
  const causes = countCauses(series, own);
  return { seed, rows: series.t.length, seconds, parts, events: own.events, causes };
}

function oursOf({ mode }: Series, own: OwnScores): Record<string, Said> {
  const { score, byForecast, byLevel, flags } = own;
  if (mode === 'reference') {
    // The forecast's part is 1 at the 99 % quantile of training, like the score.
    return {
      [OURS]: { scores: score, flags },
      [FORECAST_ALONE]: {
        scores: byForecast,
        flags: byForecast.map((s) => Number(s > REFERENCE.parameter)),
      },
    };
  }
  return {
    [OURS]: held(score),
    [FORECAST_ALONE]: held(byForecast),
    [LEVEL_ALONE]: held(byLevel),
  };
}

function held(raw: Float64Array): Said {
  const state = createBurstHold(STREAM.parameter);
  const scores = raw.map((score) => Math.max(0, holdBurst(state, score)));
  return { scores, flags: scores.map((score) => Number(score >= STREAM.parameter)) };
}

function baselinesOf({ mode, columns, trainRows }: Series, seed: number): Record<string, Said> {
  const found: Record<string, Said> = {};
  for (const [name, score] of Object.entries(BASELINES)) {
    if (mode === 'stream' && (name === 'PCA residual' || name === 'T²')) continue;
    const scores = score(columns, trainRows, seed);
    found[name] = { scores, flags: flagsOf(name, scores, trainRows) };
    if (mode === 'stream' && HELD_BASELINES.includes(name)) found[name + HELD] = held(scores);
  }
  return found;
}

function flagsOf(name: string, scores: Float64Array, trainRows: number): ArrayLike<number> {
  if (name === 'always on') return scores;
  if (name === 'random') return scores.map((score) => Number(score > 0.5));
  const training = scores.subarray(0, trainRows);
  const flags = new Uint8Array(scores.length);
  const alarms = replayThreshold(REFERENCE, scores.subarray(trainRows), training);
  for (const row of alarms) flags[trainRows + row] = 1;
  return flags;
}

/** Does a channel that the event names first, second or third belong to the fault? */
function countCauses(series: Series, { events }: OwnScores): CauseCounts {
  const { causes = [], columns, trainRows, t, channels: names } = series;
  const raw = causes.length > 0 ? zByChannel(columns, trainRows) : [];
  const counts = { hit: 0, named: 0, namedByRaw: 0 };
  for (const { span, channels } of causes) {
    const [from, to] = span;
    const met = events.find(({ start, end }) => start <= t[to] && end >= t[from]);
    if (!met) continue;
    const first = met.channels.slice(0, ROOT_CAUSES).map(({ name }) => names.indexOf(name));
    const sums = raw.map((z) => z.subarray(from, to + 1).reduce((sum, value) => sum + value, 0));
    counts.hit++;
    counts.named += Number(first.some((k) => channels.includes(k)));
    counts.namedByRaw += Number(strongest(sums).some((k) => channels.includes(k)));
  }
  return counts;
}

function strongest(sums: ArrayLike<number>): number[] {
  const order = Array.from(sums, (_, k) => k).sort((a, b) => sums[b] - sums[a]);
  return order.slice(0, ROOT_CAUSES);
}

function zByChannel(columns: readonly Float64Array[], trainRows: number): Float64Array[] {
  return columns.map((column) => BASELINES['sum |z|']([column], trainRows, 0));
}
