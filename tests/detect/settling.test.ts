import { describe, expect, it } from 'vitest';
import { createCounters, isCounter, takeIncrements } from '../../shared/detect/counters.ts';
import { createSettling, settle, usualStep } from '../../shared/detect/settling.ts';
import { changeOf, sharesOf } from '../../shared/detect/attribution.ts';

describe('settling', () => {
  /** Which of these rows are passed over; true is a value. */
  function passed(present: readonly boolean[], usual = 0, times?: number[]): number[] {
    const state = createSettling(1);
    state.usual[0] = usual;
    state.periodMs = 1000;
    return present.flatMap((isThere, row) => {
      const values = Float64Array.of(isThere ? 1 : NaN);
      settle(state, times?.[row] ?? row * 1000, values, false);
      return isThere && Number.isNaN(values[0]) ? [row] : [];
    });
  }
  const rows = (count: number, isThere: boolean): boolean[] =>
    Array.from({ length: count }, () => isThere);

  it('passes over 32 values after a gap of four rows, none after three', () => {
    const after = (gap: number): number[] =>
      passed([...rows(5, true), ...rows(gap, false), ...rows(50, true)]);
    expect(after(3)).toEqual([]);
    expect(after(4)).toEqual(Array.from({ length: 32 }, (_, i) => 9 + i));
  });

  it('takes gaps that a channel is used to as they come', () => {
    const gappy = [...rows(5, true), ...rows(9, false), ...rows(50, true)];
    expect(passed(gappy, 9)).toEqual([]);
    expect(passed(gappy, 8)).toHaveLength(32);
  });

  it('counts rows that are not there at all by the clock', () => {
    const times = Array.from({ length: 60 }, (_, row) => 1000 * (row < 10 ? row : row + 20));
    expect(passed(rows(60, true), 0, times)).toEqual(Array.from({ length: 32 }, (_, i) => 10 + i));
  });

  it('knows the usual step, unless there is none', () => {
    expect(usualStep(Float64Array.from({ length: 50 }, (_, i) => 5 * i))).toBe(5);
    const uneven = Float64Array.from({ length: 50 }, (_, i) => 5 * i + (i >> 2) * 100);
    expect(usualStep(uneven)).toBe(0);
    expect(usualStep(Float64Array.of(1))).toBe(0);
  });
});

describe('counters', () => {
  it('only rise', () => {
    const rising = Float64Array.from({ length: 40 }, (_, i) => i >> 1);
    expect(isCounter(rising)).toBe(false);
    expect(isCounter(rising.map((x, i) => x + i))).toBe(true);
    expect(isCounter(rising.map((x, i) => x + i - (i === 20 ? 30 : 0)))).toBe(false);
    expect(isCounter(rising.map((x, i) => (i === 7 ? NaN : x + i)))).toBe(true);
    expect(isCounter(Float64Array.from([1, 2, 3]))).toBe(false);
  });

  it('are judged by increments over what was last there', () => {
    const counters = { ...createCounters(2), is: [true, false] };
    const increments = [
      [10, 1],
      [12, 2],
      [NaN, 3],
      [17, 4],
    ].map((values) => {
      const row = Float64Array.from(values);
      takeIncrements(counters, row);
      return [...row];
    });
    expect(increments).toEqual([
      [NaN, 1],
      [2, 2],
      [NaN, 3],
      [5, 4],
    ]);
  });
});

describe('attribution', () => {
  const wave = Float64Array.from({ length: 300 }, (_, i) => Math.sin(i));

  it('finds the channel that changed against its own past', () => {
    const calm = changeOf(wave, wave.slice(0, 30), 1);
    const moved = changeOf(
      wave,
      wave.slice(0, 30).map((x) => x + 5),
      1,
    );
    expect(calm).toBeLessThan(1.2);
    expect(moved).toBeGreaterThan(5);
    // Far from training, but so it was before.
    const far = changeOf(
      wave.map((x) => x + 99),
      wave.slice(0, 30).map((x) => x + 99),
      1,
    );
    expect(far).toBeCloseTo(calm, 9);
    expect(sharesOf([calm, moved])![1]).toBeGreaterThan(0.95);
  });

  it('says nothing of too little', () => {
    expect(changeOf(wave.slice(0, 3), wave, 1)).toBeNaN();
    expect(sharesOf([NaN, 0.7])).toBeNull();
  });
});
