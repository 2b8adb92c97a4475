/** The verdict of the soak must be able to fail. */
import { describe, expect, it } from 'vitest';
import { trendOf } from '../../electron/engine/bench/soak.ts';

const tenth = (first: number): number => 0.1 * first;
const samples = (of: (i: number) => number): number[] =>
  Array.from({ length: 300 }, (_, i) => of(i));

describe('the trend of a soak', () => {
  it('is flat for a saw-tooth, and for what only warms up', () => {
    expect(
      trendOf(
        samples((i) => 180 + (i % 40)),
        tenth,
      ).isFlat,
    ).toBe(true);
    expect(
      trendOf(
        samples((i) => Math.min(180, 100 + 4 * i)),
        tenth,
      ).isFlat,
    ).toBe(true);
  });

  it('is not flat for a leak under the same saw-tooth', () => {
    const { first, last, isFlat } = trendOf(
      samples((i) => 180 + (i % 40) + i / 5),
      tenth,
    );
    expect(last - first).toBeGreaterThan(20);
    expect(isFlat).toBe(false);
  });
});
