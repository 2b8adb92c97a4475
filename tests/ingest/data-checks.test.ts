import { describe, expect, it } from 'vitest';
import { Collector } from '../../electron/engine/ingest/collector.ts';
import { DataChecks } from '../../electron/engine/ingest/data-checks.ts';
import { ProblemBook } from '../../electron/engine/ingest/problem-book.ts';
import type { ProblemReport } from '../../electron/engine/store/live-records.ts';
import { DEFAULT_CHECKS, type FeedChecks } from '../../shared/domain/feed-state.ts';

const NAMES = ['a'];

/** Feeds rows in batches of ten and answers what was told, the newest word of each problem. */
function told(
  rows: readonly (readonly [number, number])[],
  checks: Partial<FeedChecks> = {},
): {
  reports: ProblemReport[];
  book: ProblemBook;
  checks: DataChecks;
} {
  const book = new ProblemBook([]);
  const watch = new DataChecks({ ...DEFAULT_CHECKS, ...checks }, book, null, null);
  const collector = new Collector();
  const newest = new Map<string, ProblemReport>();
  rows.forEach(([t, value], i) => {
    collector.add(t, NAMES, [value]);
    if (i % 10 !== 9 && i < rows.length - 1) return;
    const collected = collector.take();
    watch.take(collected, collected.names, t);
    for (const one of book.take()) newest.set(`${one.kind} ${one.channel} ${one.start}`, one);
  });
  return { reports: [...newest.values()], book, checks: watch };
}

const moving = (from: number, to: number): [number, number][] =>
  Array.from({ length: to - from }, (_, i) => [(from + i) * 1000, ((from + i) * 7) % 13]);

describe('checks of the data', () => {
  it('find nothing in rows that move and come in time', () => {
    expect(told(moving(0, 500)).reports).toEqual([]);
  });

  it('tell a gap with its length and the usual step', () => {
    const { reports } = told([...moving(0, 50), ...moving(110, 150)]);
    expect(reports).toEqual([
      {
        ...{ kind: 'gap', channel: '', start: 49_000, end: 110_000, isOpen: false },
        ...{ found: 61_000, expected: 1000, detail: '' },
      },
    ]);
  });

  it('take gaps that go on and on for another pace', () => {
    const slow = (from: number, to: number): [number, number][] =>
      moving(from, to).map(([t, value]) => [50_000 + (t - 50_000) * 60, value]);
    const { reports, checks } = told([...moving(0, 50), ...slow(50, 150)]);
    expect(reports.map(({ kind }) => kind)).toEqual(Array(8).fill('gap'));
    expect(checks.sampling.periodMs).toBe(60_000);
  });

  it('tell a channel that stops moving, until it moves again', () => {
    const still = Array.from({ length: 60 }, (_, i) => [(100 + i) * 1000, 5] as [number, number]);
    const { reports } = told([...moving(0, 100), ...still, ...moving(160, 180)], { flatRows: 30 });
    expect(reports).toMatchObject([
      { kind: 'flat', channel: 'a', start: 100_000, end: 160_000, found: 5, isOpen: false },
    ]);
    const asSwitch = Array.from({ length: 400 }, (_, i) => [i * 1000, (i / 40) & 1] as const);
    expect(told(asSwitch, { flatRows: 30 }).reports).toEqual([]);
  });

  it('tell a channel that stood still and moves again before they looked', () => {
    const values = (i: number): number => (i >= 100 && i < 140 ? 5.5 : (i * 7) % 13);
    const t = Float64Array.from({ length: 200 }, (_, i) => i * 1000);
    const book = new ProblemBook([]);
    const watch = new DataChecks({ ...DEFAULT_CHECKS, flatRows: 30 }, book, null, null);
    const collector = new Collector();
    t.forEach((time, i) => collector.add(time, NAMES, [values(i)]));
    const collected = collector.take();
    watch.take(collected, collected.names, 200_000);
    expect(book.take()).toMatchObject([
      { kind: 'flat', channel: 'a', start: 100_000, end: 140_000, found: 5.5, isOpen: false },
    ]);
  });

  it('tell values beyond a limit, with the farthest of them', () => {
    const high = [200, 201, 202].map((s, i) => [s * 1000, 20 + i] as [number, number]);
    const rows = [...moving(150, 200), ...high, ...moving(203, 210)];
    const { reports } = told(rows, { limits: [{ channel: 'a', low: null, high: 15 }] });
    expect(reports).toMatchObject([
      { kind: 'range', start: 200_000, end: 203_000, found: 22, expected: 15, isOpen: false },
    ]);
  });

  it('tell silence by the clock, and count rows that come late', () => {
    const { book, checks } = told(moving(0, 50));
    checks.watch(49_000 + 29_000);
    expect(book.take()).toEqual([]);
    checks.watch(49_000 + 31_000);
    expect(book.take()).toMatchObject([{ kind: 'stale', start: 49_000, isOpen: true }]);
    const collector = new Collector();
    for (const t of [85_000, 20_500]) collector.add(t, NAMES, [1]);
    const collected = collector.take();
    expect(checks.take(collected, collected.names, 85_000)).toBe(1);
    expect(book.take()).toMatchObject([
      { kind: 'stale', start: 49_000, end: 85_000, isOpen: false },
      { kind: 'late', found: 1, isOpen: true },
    ]);
    checks.watch(85_000 + 61_000);
    expect(book.take()).toMatchObject([{ kind: 'late', isOpen: false }, { kind: 'stale' }]);
  });
});

describe('rows on their way', () => {
  it('are joined by time, ordered, and missing where nothing or no number came', () => {
    const collector = new Collector();
    const xy = ['x', 'y'];
    collector.add(3, xy, [1, NaN]);
    collector.add(1, xy, [2, Infinity]);
    collector.add(3, ['y', 'z'], [4, 5]);
    expect(collector.isTaken(3, ['z'], [9])).toBe(true);
    expect(collector.isTaken(1, ['z'], [9])).toBe(false);
    collector.add(1, ['x'], [6]);
    const { batch, names, overwritten } = collector.take();
    expect([names, overwritten]).toEqual([['x', 'y', 'z'], 1]);
    expect([...batch.t]).toEqual([1, 3]);
    expect(batch.columns.map((column) => [...column])).toEqual([
      [6, 1],
      [NaN, 4],
      [NaN, 5],
    ]);
    collector.add(9, ['z'], [7]);
    expect(collector.take().batch.columns.map(([first]) => first)).toEqual([NaN, NaN, 7]);
  });
});
