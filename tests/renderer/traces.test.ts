import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { miniPath } from '../../renderer/app/charts/mini-path.ts';
import { band, envelope, extent, meanLine, nearest } from '../../renderer/app/charts/traces.ts';
import type { ColumnView } from '../../shared/domain/stream.ts';

function rawView(t: number[], values: number[]): ColumnView {
  const column = Float64Array.from(values);
  const columns = [column];
  return {
    names: ['a'],
    t: Float64Array.from(t),
    min: columns,
    max: columns,
    mean: columns,
    raw: true,
    bucketMs: 1,
  };
}

const bucketView: ColumnView = {
  names: ['a'],
  t: Float64Array.of(0, 10, 20, 100),
  min: [Float64Array.of(1, 2, 3, 4)],
  max: [Float64Array.of(5, 6, 7, 8)],
  mean: [Float64Array.of(2, 3, 4, 5)],
  raw: false,
  bucketMs: 10,
};

describe('lines', () => {
  test('of rows are the rows', () => {
    const line = Float64Array.of(1, 7, 2, 8, 3, 9);
    expect(envelope(rawView([1, 2, 3], [7, 8, 9]), 0)).toEqual({ line });
  });

  test('of buckets hold the lowest and the highest value of each, at its middle', () => {
    expect(envelope(bucketView, 0)).toEqual({
      ribbon: [
        { t: [5, 15, 25], low: [1, 2, 3], high: [5, 6, 7] },
        { t: [105], low: [4], high: [8] },
      ],
    });
  });

  test('of buckets that jump reach out to the bucket before', () => {
    const steps = { ...bucketView, min: [Float64Array.of(1, 6, 1, 1)] };
    const jumps = { ...steps, max: [Float64Array.of(2, 7, 2, 2)] };
    expect(envelope(jumps, 0)).toEqual({
      ribbon: [
        { t: [5, 15, 25], low: [1, 2, 1], high: [2, 7, 6] },
        { t: [105], low: [1], high: [2] },
      ],
    });
  });

  test('break where time jumps', () => {
    expect([...meanLine(bucketView, 0)]).toEqual([5, 2, 15, 3, 25, 4, 95, NaN, 105, 5]);
  });

  test('fill their array to the last place, whatever the gaps', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(steps, (gaps) => {
        let now = 0;
        const t = gaps.map((gap) => (now += gap));
        const points = meanLine(rawView(t, t), 0);
        const times = points.filter((_, i) => i % 2 === 0);
        expect(times.every((time) => time > 0)).toBe(true);
        expect(times.toSorted()).toEqual(times);
      }),
    );
  });
});

describe('bands', () => {
  test('are cut where a side is missing and where time jumps', () => {
    const view = rawView([1, 2, 3, 4, 50, 51], [0, 0, 0, 0, 0, 0]);
    const low = Float64Array.of(1, 2, NaN, 4, 5, 6);
    const high = Float64Array.of(2, 3, 4, 5, 6, 7);
    expect(band(view, low, high)).toEqual([
      { t: [1, 2], low: [1, 2], high: [2, 3] },
      { t: [4], low: [4], high: [5] },
      { t: [50, 51], low: [5, 6], high: [6, 7] },
    ]);
  });
});

describe('reading a view', () => {
  test('finds the nearest point, as a linear search does', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1 });
    fc.assert(
      fc.property(times, fc.integer({ min: -50, max: 350 }), (unordered, time) => {
        const t = unordered.toSorted((a, b) => a - b);
        const distances = t.map((one) => Math.abs(one - time));
        const least = Math.min(...distances);
        const found = nearest(rawView(t, t), time);
        if (least > 3) expect(found).toBe(-1);
        else expect(distances[found]).toBe(least);
      }),
    );
  });

  test('spans the values inside a range only', () => {
    expect(extent(bucketView, 0, { from: 10, to: 25 })).toEqual([1, 7]);
    expect(extent(bucketView, 0, { from: 40, to: 60 })).toBeNull();
    expect(extent(rawView([1, 2], [NaN, NaN]), 0, { from: 0, to: 5 })).toBeNull();
  });
});

test('the path of the minimap stays in its box and breaks at gaps', () => {
  const path = miniPath(bucketView, 0, { from: 0, to: 100 });
  expect(path.match(/M/g)).toHaveLength(2);
  const numbers = path.match(/[\d.]+/g)!.map(Number);
  expect(Math.min(...numbers)).toBe(0);
  expect(Math.max(...numbers)).toBe(1000);
});
