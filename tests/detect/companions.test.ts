import { describe, expect, it } from 'vitest';
import { Companions } from '../../shared/detect/companions.ts';
import type { Mark } from '../../shared/domain/mark.ts';
import { createRandom } from '../../shared/math/prng.ts';

const noise = (rows: number, seed = 1): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: rows }, () => random.normal());
};

function marksOf(values: readonly number[], times = values.map((_, i) => 1000 * i)): Mark[] {
  const companions = new Companions(['x']);
  values.forEach((value, i) => companions.push(times[i], Float64Array.of(value)));
  return companions.finish();
}

describe('companions', () => {
  it('say nothing of a plain signal', () => {
    expect(marksOf(noise(2000))).toEqual([]);
  });

  it('mark a channel that stands still, from its first equal value', () => {
    const values = [...noise(100), ...new Array<number>(40).fill(7), ...noise(50, 2)];
    expect(marksOf(values)).toEqual([{ kind: 'flat', channel: 'x', start: 100_000, end: 139_000 }]);
  });

  it('leave alone a channel that always rests for long', () => {
    const values = Array.from({ length: 900 }, (_, i) => i >> 5);
    expect(marksOf(values).filter(({ kind }) => kind === 'flat')).toEqual([]);
  });

  it('mark values that are missing, but not one or two', () => {
    const values = [...noise(50), NaN, NaN, ...noise(20), NaN, NaN, NaN, NaN, ...noise(20)];
    expect(marksOf(values)).toEqual([
      { kind: 'missing', channel: 'x', start: 72_000, end: 76_000 },
    ]);
  });

  it('mark gaps between rows and a clock that steps back', () => {
    const values = noise(100);
    const times = values.map((_, i) => 1000 * (i < 50 ? i : i < 80 ? i + 30 : i - 40));
    expect(marksOf(values, times).map(({ kind, start }) => [kind, start])).toEqual([
      ['gap', 49_000],
      ['clock-jump', 109_000],
    ]);
  });

  it('mark a level that moved, once', () => {
    const values = [...noise(300), ...noise(300, 2).map((x) => x + 12)];
    const marks = marksOf(values);
    expect(marks.map(({ kind }) => kind)).toEqual(['level-shift']);
    expect(marks[0].start).toBeGreaterThanOrEqual(320_000);
    expect(marks[0].start).toBeLessThan(375_000);
  });

  it('mark no level that was there before', () => {
    const swing = [0, 12, 0, 12, 0].flatMap((level, i) => noise(150, i + 1).map((x) => x + level));
    expect(
      marksOf(swing).map(({ kind, start }) => [kind, start > 170_000 && start < 225_000]),
    ).toEqual([['level-shift', true]]);
  });

  it('go on from a stored state', () => {
    const values = [
      ...noise(100),
      ...new Array<number>(40).fill(7),
      NaN,
      NaN,
      NaN,
      ...noise(50, 2),
    ];
    const first = new Companions(['x']);
    values.slice(0, 120).forEach((value, i) => first.push(1000 * i, Float64Array.of(value)));
    const second = Companions.restore(['x'], structuredClone(first.save()));
    values.slice(120).forEach((v, i) => second.push(1000 * (120 + i), Float64Array.of(v)));
    expect(second.finish()).toEqual(marksOf(values));
  });
});
