import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  gaussTailScore,
  highQuantile,
  lowerBound,
  mean,
  quantile,
  quantileSorted,
  standardDeviation,
  upperBound,
} from '../../shared/math/stats.ts';

const number = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
const numbers = fc.array(number, { minLength: 1, maxLength: 60 });

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

/** −log10 of 2(1 − Φ(z)) by Simpson's rule over the density, far enough out. */
function tailByIntegration(z: number): number {
  const steps = 20_000;
  const width = 12 / steps;
  const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const x = z + i * width;
    sum += (width / 6) * (density(x) + 4 * density(x + width / 2) + density(x + width));
  }
  return -Math.log10(2 * sum);
}

describe('statistics', () => {
  it('average and spread as the formulas say', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const average = values.reduce((sum, v) => sum + v, 0) / values.length;
        const squares = values.map((v) => (v - average) * (v - average));
        const variance = squares.reduce((sum, v) => sum + v, 0) / values.length;
        expect(mean(values)).toBe(average);
        expect(standardDeviation(values, average)).toBeCloseTo(Math.sqrt(variance), 6);
      }),
    );
  });

  it('take quantiles as NumPy does', () => {
    const values = Float64Array.of(7, 1, 3, 9);
    expect([0, 0.25, 0.5, 0.9, 1].map((q) => quantile(values, q))).toEqual([
      1,
      2.5,
      5,
      expect.closeTo(8.4, 12),
      9,
    ]);
    expect([...values]).toEqual([7, 1, 3, 9]);
    expect(quantile(Float64Array.of(4), 0.3)).toBe(4);
  });

  it('leave the right share of the values below a quantile', () => {
    fc.assert(
      fc.property(numbers, fc.double({ noNaN: true, min: 0, max: 1 }), (values, q) => {
        const sorted = ascending(values);
        const found = quantileSorted(sorted, q);
        const rank = q * (values.length - 1);
        expect(found).toBeGreaterThanOrEqual(sorted[Math.floor(rank)]);
        expect(found).toBeLessThanOrEqual(sorted[Math.ceil(rank)]);
        expect(quantile(Float64Array.from(values), q)).toBe(found);
        expect(highQuantile(values, q)).toBe(found);
        expect(highQuantile([...values, 1e9, -1e9], q, values.length)).toBe(found);
      }),
    );
  });

  it('find the first value not below', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.nat(10), fc.nat(), (raw, v, cut) => {
        const sorted = ascending(raw);
        const length = cut % (sorted.length + 1);
        const naive = (end: number): number => {
          const at = sorted.slice(0, end).findIndex((held) => held >= v);
          return at < 0 ? end : at;
        };
        expect(lowerBound(sorted, v)).toBe(naive(sorted.length));
        expect(lowerBound(sorted, v, length)).toBe(naive(length));
        const from = sorted.slice(0, length).findIndex((held, i) => i >= cut % 3 && held >= v);
        const start = Math.min(cut % 3, length);
        expect(lowerBound(sorted, v, length, start)).toBe(from < 0 ? length : from);
        expect(upperBound(sorted, v)).toBe(sorted.filter((held) => held <= v).length);
      }),
    );
  });

  it.each([0, 0.1, 0.5, 1, 1.96, 3, 5, 8])('score the normal tail at %d', (z) => {
    expect(gaussTailScore(z)).toBeCloseTo(tailByIntegration(z), 5);
    expect(gaussTailScore(-z)).toBe(gaussTailScore(z));
  });

  it('stay finite and growing far out in the normal tail', () => {
    const scores = [5, 40, 100, 1e4].map(gaussTailScore);
    expect(scores.every(Number.isFinite)).toBe(true);
    expect(scores).toEqual(ascending(scores));
  });
});
