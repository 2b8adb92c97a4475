import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnView, TimeRange } from '../../shared/domain/stream.ts';
import {
  batchOf,
  createStream,
  publish,
  temporaryStore,
  type Row,
  type TemporaryStore,
} from './temporary-store.ts';

let temporary: TemporaryStore;
beforeAll(async () => {
  temporary = await temporaryStore();
});
afterAll(() => temporary.remove());

const CHANNELS = 2;
/** Small enough that a few thousand rows reach the coarsest rollup. */
const PERIOD_MS = 4;

async function fill(batches: readonly (readonly Row[])[], periodMs = PERIOD_MS): Promise<number> {
  const id = await createStream(temporary.store, CHANNELS, periodMs);
  for (const rows of batches) {
    await temporary.store.write['stream.append'](id, batchOf(rows, CHANNELS));
  }
  await publish(temporary.store, id, periodMs);
  return id;
}

const viewOf = (id: number, range: TimeRange, points: number): Promise<ColumnView> =>
  temporary.store.read['stream.view'](id, range, points);

/** The newest row of every time, in time order. */
function settled(batches: readonly (readonly Row[])[]): Row[] {
  const byTime = new Map(batches.flat().map((row) => [row[0], row]));
  return [...byTime.values()].sort((a, b) => a[0] - b[0]);
}

/** Minimum, maximum and mean of the values that are there; NaN of none. */
function summary(rows: readonly Row[], channel: number): [number, number, number] {
  const values = rows.map((row) => row[channel + 1]).filter(Number.isFinite);
  if (values.length === 0) return [NaN, NaN, NaN];
  const sum = values.reduce((a, b) => a + b, 0);
  return [Math.min(...values), Math.max(...values), sum / values.length];
}

function told(view: ColumnView, channel: number, i: number): [number, number, number] {
  return [view.min[channel][i], view.max[channel][i], view.mean[channel][i]];
}

/** Every bucket that lies inside the range, or the range inside of the data, is exact. */
function check(view: ColumnView, all: readonly Row[], { from, to }: TimeRange): void {
  const { t, bucketMs } = view;
  const inRange = all.filter(([time]) => time >= from && time <= to);
  const starts = [...t];
  expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
  const inBucket = (rows: readonly Row[], start: number): Row[] =>
    rows.filter(([time]) => time >= start && time < start + bucketMs);
  starts.forEach((start, i) => {
    const whole = inBucket(all, start);
    const asked = inBucket(inRange, start);
    for (let channel = 0; channel < CHANNELS; channel++) {
      const [min, max, mean] = told(view, channel, i);
      if (whole.length === asked.length) {
        expect([start, min, max, mean]).toEqual([start, ...summary(whole, channel)]);
        continue;
      }
      // At the edges of the range a bucket may take in rows beside it, but none from outside.
      const [low, high] = summary(whole, channel);
      const [askedLow, askedHigh] = summary(asked, channel);
      expect(min >= low && max <= high).toBe(Number.isFinite(low) && Number.isFinite(min));
      expect(askedLow < min || askedHigh > max).toBe(false);
    }
  });
  const covered = inRange.filter(([time]) =>
    starts.some((start) => time >= start && time < start + bucketMs),
  );
  expect(covered).toEqual(inRange);
}

function checkRaw(view: ColumnView, all: readonly Row[], { from, to }: TimeRange): void {
  const rows = all.filter(([time]) => time >= from && time <= to);
  expect([...view.t]).toEqual(rows.map(([time]) => time));
  for (let channel = 0; channel < CHANNELS; channel++) {
    const values = rows.map((row) => row[channel + 1]);
    for (const column of [view.min, view.max, view.mean])
      expect([...column[channel]]).toEqual(values);
  }
}

/** Quarters, so that sums are exact in any order. */
const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -400, max: 400 }).map((n) => n / 4 || 0) },
  { weight: 1, arbitrary: fc.constant(NaN) },
);

/** Runs of rows in time order, with gaps; runs may overlap and so overwrite one another. */
const run = fc
  .record({
    from: fc.integer({ min: -20_000, max: 20_000 }),
    step: fc.constantFrom(1, PERIOD_MS, PERIOD_MS, PERIOD_MS, 40, 700),
    values: fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 60, size: 'max' }),
    repeat: fc.integer({ min: 1, max: 12 }),
    shuffled: fc.boolean(),
  })
  .map(({ from, step, values, repeat, shuffled }) => {
    const pairs = Array.from({ length: repeat }, () => values).flat();
    const rows = pairs.map((pair, i): Row => [from + i * step, ...pair]);
    return shuffled ? rows.map((_, i) => rows[(i * 7919) % rows.length]) : rows;
  });

const zoom = fc.record({
  from: fc.integer({ min: -25_000, max: 30_000 }),
  span: fc.constantFrom(0, 3, 100, 4096, 5000, 20_000, 65_536, 100_000),
  points: fc.constantFrom(1, 2, 3, 7, 16, 50, 64, 300),
});

describe('a view', () => {
  it('tells minimum, maximum and mean of the rows at every zoom', async () => {
    const property = fc.asyncProperty(
      fc.array(run, { minLength: 1, maxLength: 5 }),
      fc.array(zoom, { minLength: 1, maxLength: 12, size: 'max' }),
      async (batches, zooms) => {
        const id = await fill(batches);
        const all = settled(batches);
        for (const { from, span, points } of zooms) {
          const range = { from, to: from + span };
          const view = await viewOf(id, range, points);
          expect(view.t.length).toBeLessThanOrEqual(points);
          if (view.raw) checkRaw(view, all, range);
          else check(view, all, range);
        }
      },
    );
    await fc.assert(property, { numRuns: 120 });
  });

  it('is the same whatever the order in which the rows came', async () => {
    const runs = fc.array(run, { minLength: 1, maxLength: 4 });
    const property = fc.asyncProperty(
      runs,
      fc.integer({ min: 9, max: 200 }),
      async (batches, size) => {
        const rows = settled(batches);
        const pieces = Array.from({ length: Math.ceil(rows.length / size) }, (_, i) =>
          rows.slice(i * size, (i + 1) * size),
        );
        const [mixed, ordered] = [await fill(batches), await fill(pieces)];
        const range = { from: rows[0][0], to: rows.at(-1)![0] };
        for (const points of [2, 10, 100]) {
          expect(await viewOf(mixed, range, points)).toEqual(await viewOf(ordered, range, points));
        }
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });

  it('of few rows shows the rows themselves', async () => {
    const rows = Array.from({ length: 100 }, (_, i): Row => [i * PERIOD_MS, i, NaN]);
    const id = await fill([rows]);
    const range = { from: 0, to: 99 * PERIOD_MS };
    const view = await viewOf(id, range, 100);
    expect(view).toMatchObject({ raw: true, bucketMs: PERIOD_MS });
    checkRaw(view, rows, range);
    expect((await viewOf(id, range, 99)).raw).toBe(false);
  });

  it('has no more points than asked, wherever the range begins', async () => {
    const rows = Array.from({ length: 4000 }, (_, i): Row => [i * PERIOD_MS, i, -i - 1]);
    const id = await fill([rows]);
    for (let from = 0; from < 300; from += 7) {
      for (const [span, points] of [
        [1023, 8],
        [8191, 16],
        [15_000, 1],
        [15_360, 60],
      ]) {
        const view = await viewOf(id, { from, to: from + span }, points);
        expect(view.t.length).toBeLessThanOrEqual(points);
        expect(view.t.length).toBeGreaterThan(0.3 * points);
        check(view, rows, { from, to: from + span });
      }
    }
  });

  it('reaches every rollup, over rows a day apart', async () => {
    const day = 86_400_000;
    const rows = Array.from({ length: 20_000 }, (_, i): Row => [(i - 9000) * day, i % 97, 1]);
    const id = await fill([rows.slice(5000), rows.slice(0, 5000)], day);
    const range = { from: rows[0][0], to: rows.at(-1)![0] };
    for (const points of [1, 3, 20, 120, 400]) {
      const view = await viewOf(id, range, points);
      expect(view.t.length).toBeLessThanOrEqual(points);
      check(view, rows, range);
    }
  });
});
