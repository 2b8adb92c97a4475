/** Every declared alternative changes what the detector does: no choice is one in name only. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CHOICES, type Choice } from '../../electron/engine/bench/choices/choices.ts';
import {
  scoresKey,
  setupOf,
  type Change,
  type Setup,
} from '../../electron/engine/bench/choices/setup.ts';
import { heldScores, tallyOf } from '../../electron/engine/bench/choices/trial-tally.ts';
import { scoreSeries, type OwnScores } from '../../electron/engine/bench/score-series.ts';
import type { Series } from '../../electron/engine/bench/series.ts';
import { RECIPE } from '../../shared/detect/recipe.ts';
import { defaultThreshold } from '../../shared/detect/threshold/threshold.ts';
import { createRandom } from '../../shared/math/prng.ts';
import { createForecaster } from '../../shared/model/forecaster.ts';

const FIVE_MINUTES_MS = 300_000;

interface Made {
  readonly mode: Series['mode'];
  readonly channels: number;
  readonly rows: number;
  readonly trainRows: number;
  readonly period: number;
  readonly burstEvery: number;
}

/** A wave whose noise grows, with bursts of any size and one odd shape. */
function seriesOf({ mode, channels, rows, trainRows, period, burstEvery }: Made): Series {
  const random = createRandom(7);
  const t = Float64Array.from({ length: rows }, (_, row) => row * FIVE_MINUTES_MS);
  const columns = Array.from({ length: channels }, (_, k) =>
    Float64Array.from({ length: rows }, (_, row) => {
      const phase = (2 * Math.PI * row) / period;
      const isBurst = row > trainRows && (row % 400 > 390 || row % burstEvery === 0);
      const burst = isBurst ? (1 + (row % 5)) * random.normal() : 0;
      const odd = Math.floor(row / period) === 30 ? Math.sin(4 * phase) : 0;
      return Math.sin(phase + k) + odd + burst + (0.1 + (0.3 * row) / rows) * random.normal();
    }),
  );
  const spans = [[1700, 1710] as const];
  return {
    ...{ mode, trainRows, t, hasTime: true, columns },
    channels: columns.map((_, k) => `${k}`),
    spans: mode === 'stream' ? spans.map(([from, to]) => [t[from], t[to]] as const) : spans,
  };
}

interface Scored {
  readonly own: OwnScores;
  readonly asked: string;
}

const scored = new Map<string, Scored>();

/** Scores by models that have learnt nothing, and what they were asked to learn. */
function scoreUnder(series: Series, { recipe, mode, effort, parameter }: Setup): Scored {
  const asked: unknown[] = [];
  const threshold = { ...defaultThreshold(mode), parameter };
  const own = scoreSeries({ ...series, mode }, 1, { recipe, effort, threshold }, (request) => {
    const { spec, rows, options, warmFrom } = request;
    asked.push([spec, rows, options, warmFrom === null]);
    return createForecaster(spec, options.seed);
  });
  return { own, asked: JSON.stringify(asked) };
}

/** All that a setup asks for and says of a series. */
function traceOf(series: Series, setup: Setup): string {
  const { parameter } = setup;
  const key = `${series.t.length} ${series.channels.length} ${scoresKey(setup)}`;
  const { own, asked } = scored.get(key) ?? scoreUnder(series, setup);
  scored.set(key, { own, asked });
  const hash = createHash('sha256').update(asked).update(own.score);
  if (setup.mode === 'reference') hash.update(own.flags);
  hash.update(heldScores(own, setup).map((score) => Number(score >= parameter) * score));
  const family = series.mode === 'stream' ? 'nab' : 'smap';
  hash.update(JSON.stringify(tallyOf(family, series, own, setup, 'events')));
  return hash.digest('hex');
}

const ONE = { channels: 1, trainRows: 750 } as const;
const LONG = seriesOf({ ...ONE, mode: 'stream', rows: 9500, period: 48, burstEvery: 37 });
const NARROW = seriesOf({ ...ONE, mode: 'reference', rows: 5000, period: 100, burstEvery: 400 });
const WIDE = seriesOf({
  ...{ mode: 'reference', channels: 3, rows: 5000, trainRows: 1500 },
  ...{ period: 300, burstEvery: 150 },
});

const isPair = ({ isCompound }: Choice): boolean => isCompound === true;

describe('the alternatives of each choice', () => {
  const traces = new Map<Series, string>();
  const differs = (series: Series, change: Change): boolean => {
    const under = (one: Change): string =>
      traceOf(series, setupOf(one, series.mode, series.channels.length));
    const byDefault = traces.get(series) ?? under({});
    traces.set(series, byDefault);
    return under(change) !== byDefault;
  };

  it.each(CHOICES.filter((choice) => !isPair(choice)))('change something: $name', (choice) => {
    const series = choice.modes.flatMap((mode) => (mode === 'stream' ? [LONG] : [NARROW, WIDE]));
    const idle = choice.alternatives.filter(
      ({ change }) => !series.some((one) => differs(one, change)),
    );
    expect(idle.map(({ name }) => name)).toEqual([]);
  });

  it('have names of their own', () => {
    const names = CHOICES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { byDefault, alternatives } of CHOICES) {
      const all = [byDefault, ...alternatives.map(({ name }) => name)];
      expect(new Set(all).size).toBe(all.length);
    }
  });

  it('of pairs are made of changes that differ from each other', () => {
    const pairs = CHOICES.filter(isPair).flatMap(({ alternatives }) => alternatives);
    const setups = [{}, ...pairs.map(({ change }) => change)].map((change) =>
      JSON.stringify(setupOf(change, 'stream', 1)),
    );
    expect(new Set(setups).size).toBe(setups.length);
  });

  it('leave the configuration of all streams as it is', () => {
    expect(setupOf({}, 'stream', 1).recipe).toEqual(RECIPE);
    expect(Object.isFrozen(RECIPE.stream.tails)).toBe(true);
    expect(() => Object.assign(RECIPE.stream, { levelRows: 1 })).toThrow(TypeError);
  });
});
