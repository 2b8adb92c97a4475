import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, resumeRandom, type Random } from '../../shared/math/prng.ts';

function draw(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next);
}

/** Mean, variance, skewness and excess kurtosis. */
function moments(values: readonly number[]): [number, number, number, number] {
  const power = (around: number, p: number): number =>
    values.reduce((sum, v) => sum + (v - around) ** p, 0) / values.length;
  const mean = power(0, 1);
  const variance = power(mean, 2);
  return [mean, variance, power(mean, 3) / variance ** 1.5, power(mean, 4) / variance ** 2 - 3];
}

describe('seeded random numbers', () => {
  it('repeat for a seed and differ between seeds', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (seed, other) => {
        const first = draw(20, createRandom(seed).uniform);
        expect(draw(20, createRandom(seed).uniform)).toEqual(first);
        if (other !== seed) expect(draw(20, createRandom(other).uniform)).not.toEqual(first);
      }),
    );
  });

  it('follow xoshiro128** word by word', () => {
    const state = [1, 2, 3, 4] as const;
    // The first outputs of the published algorithm from this state.
    const words = [11_520, 0, 5_927_040, 70_819_200];
    const expected = [0, 2].map(
      (i) => ((words[i] >>> 5) * 2 ** 26 + (words[i + 1] >>> 6)) / 2 ** 53,
    );
    expect(draw(2, resumeRandom(state).uniform)).toEqual(expected);
  });

  it('go on from a state with the same numbers', () => {
    const use = (random: Random): number[] => [
      random.uniform(),
      random.normal(),
      random.integer(10),
      random.normal(),
    ];
    fc.assert(
      fc.property(fc.nat(), fc.nat(50), (seed, used) => {
        const random = createRandom(seed);
        for (let i = 0; i < used; i++) random.normal();
        const resumed = resumeRandom(random.state());
        expect(use(resumed)).toEqual(use(random));
        expect(resumed.state()).toEqual(random.state());
      }),
    );
  });

  it('are uniform in [0, 1)', () => {
    const values = draw(100_000, createRandom(7).uniform);
    const [mean, variance, skewness, kurtosis] = moments(values);
    expect(values.every((v) => v >= 0 && v < 1)).toBe(true);
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
    expect(Math.abs(skewness)).toBeLessThan(0.03);
    expect(kurtosis).toBeCloseTo(-1.2, 1);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const v of values) tenths[Math.floor(10 * v)]++;
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('are normal with mean 0 and variance 1, one unlike the next', () => {
    const values = draw(100_000, createRandom(8).normal);
    const [mean, variance, skewness, kurtosis] = moments(values);
    expect(Math.abs(mean)).toBeLessThan(0.015);
    expect(variance).toBeCloseTo(1, 1);
    expect(Math.abs(skewness)).toBeLessThan(0.04);
    expect(Math.abs(kurtosis)).toBeLessThan(0.1);
    const beyondTwo = values.filter((v) => Math.abs(v) > 1.96).length / values.length;
    expect(Math.abs(beyondTwo - 0.05)).toBeLessThan(0.004);
    const lagged = values.slice(1).reduce((sum, v, i) => sum + v * values[i], 0) / values.length;
    expect(Math.abs(lagged)).toBeLessThan(0.015);
  });

  it('are whole numbers below the bound, each as often', () => {
    const counts = Array.from({ length: 7 }, () => 0);
    const random = createRandom(9);
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]++;
    expect(counts).toHaveLength(7);
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    expect(draw(20, () => random.integer(1))).toEqual(draw(20, () => 0));
  });
});
