import { describe, expect, test } from 'vitest';
import { laneOption } from '../../renderer/app/charts/lane-option.ts';
import { lossOption } from '../../renderer/app/charts/loss-option.ts';
import type { Palette } from '../../renderer/app/charts/palette.ts';
import {
  channelLane,
  momentOf,
  residualLane,
  scoreAt,
  scoreLane,
} from '../../renderer/app/stream/lanes-of.ts';
import { scoreColumnNames } from '../../shared/domain/score.ts';
import type { ColumnView } from '../../shared/domain/stream.ts';

const palette = new Proxy({}, { get: (_, token) => String(token) }) as Palette;

function view(names: readonly string[], columns: readonly (readonly number[])[]): ColumnView {
  const arrays = columns.map((values) => Float64Array.from(values));
  const t = Float64Array.from(columns[0], (_, i) => 1000 * i);
  return { names, t, min: arrays, max: arrays, mean: arrays, raw: true, bucketMs: 1000 };
}

const range = { from: 0, to: 3000 };
const series = view(
  ['a', 'b'],
  [
    [1, 2, 3, 4],
    [10, 20, 30, 90],
  ],
);
/** Score, held, threshold, provisional, then prediction, low, high, residual of b. */
const scores = view(scoreColumnNames(['b']), [
  [0.1, 0.2, 0.3, 5],
  [0, 0, 0, 5],
  [2.8, 2.8, 2.8, 2.8],
  [1, 0, 0, 0],
  [NaN, 19, 31, 40],
  [NaN, 17, 29, 38],
  [NaN, 21, 33, 42],
  [NaN, 1, -1, 50],
]);
const input = { range, series, scores, palette };

interface Drawn {
  readonly yAxis: { readonly min: number; readonly max: number };
  readonly series: readonly { readonly id: string; readonly data: ArrayLike<unknown> }[];
}
const drawn = (option: object): Drawn => option as Drawn;
const ids = (option: object): string[] => drawn(option).series.map(({ id }) => id);

describe('lanes', () => {
  test('show the observed line over the forecast and its band', () => {
    expect(ids(channelLane(input, 1, 0))).toEqual(['band', 'forecast', 'observed']);
    const { min, max } = drawn(channelLane(input, 1, 0)).yAxis;
    expect(min).toBeLessThan(10);
    expect(max).toBeGreaterThan(90);
  });

  test('of a channel that was not learnt show the observed line alone', () => {
    expect(ids(channelLane(input, 0, -1))).toEqual(['band', 'observed']);
    expect(drawn(channelLane(input, 0, -1)).series[0].data).toHaveLength(0);
  });

  test('are not stretched beyond use by a band that is very wide', () => {
    const wide = { ...scores, max: scores.max.map((column) => column.map((v) => v * 1e6)) };
    const { max } = drawn(channelLane({ ...input, scores: wide }, 1, 0)).yAxis;
    expect(max).toBeLessThan(200);
  });

  test('of the score always show the threshold', () => {
    const calm = { ...input, range: { from: 0, to: 2000 } };
    expect(ids(scoreLane(calm))).toEqual(['band', 'score', 'held', 'threshold']);
    expect(drawn(scoreLane(calm)).yAxis.max).toBeGreaterThan(2.8);
  });

  test('of the residual hold zero within the band', () => {
    const { min, max } = drawn(residualLane(input, 0)).yAxis;
    expect(min).toBeLessThan(-2);
    expect(max).toBeGreaterThan(50);
  });

  test('keep a scale that is locked', () => {
    const { min, max } = drawn(channelLane(input, 1, 0, [0, 1000])).yAxis;
    expect(min).toBeLessThan(0);
    expect(max).toBeGreaterThan(1000);
  });

  test('have room even when nothing moves', () => {
    const flat = laneOption({ range, values: [5, 5], lines: [], band: [], palette });
    const { min, max } = drawn(flat).yAxis;
    expect(min).toBeLessThan(5);
    expect(max).toBeGreaterThan(5);
  });
});

describe('the values at the cursor', () => {
  test('are those of the nearest row', () => {
    expect(momentOf(series, scores, 1, 0, 2900)).toEqual({
      observed: 90,
      low: 38,
      high: 42,
      expected: 40,
      residual: 50,
    });
    expect(scoreAt(scores, 2900)).toEqual({ score: 5, threshold: 2.8 });
  });

  test('are missing where there is no forecast, no model, no row', () => {
    expect(momentOf(series, scores, 1, 0, 0).low).toBeNaN();
    expect(momentOf(series, null, 1, -1, 0)).toMatchObject({ observed: 10, high: NaN });
    expect(momentOf(series, scores, 1, 0, 99_000).observed).toBeNaN();
  });
});

test('the loss chart draws training and validation by step', () => {
  const curve = [
    { step: 10, train: 0.5, validation: null },
    { step: 20, train: 0.25, validation: 0.3 },
  ];
  const [validation, train] = drawn(lossOption(curve, palette)).series;
  expect(train.data).toEqual([
    [10, 0.5],
    [20, 0.25],
  ]);
  expect(validation.data).toEqual([
    [10, NaN],
    [20, 0.3],
  ]);
});
