import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TIME_FEATURES, writeTimeFeatures } from '../../shared/window/time-features.ts';

const DAY_MS = 86_400_000;

function features(t: number, historyMs: number): number[] {
  const out = new Float64Array(TIME_FEATURES);
  writeTimeFeatures(t, historyMs, out, 0);
  return [...out];
}

describe('time features', () => {
  it('are sine and cosine of the day, then of the week, two harmonics each', () => {
    const t = 1.25 * DAY_MS;
    const day = (harmonic: number): number => 2 * Math.PI * harmonic * 0.25;
    const week = (harmonic: number): number => (2 * Math.PI * harmonic * 1.25) / 7;
    const angles = [day(1), day(2), week(1), week(2)];
    const expected = angles.flatMap((angle) => [Math.sin(angle), Math.cos(angle)]);
    features(t, 30 * DAY_MS).forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12));
  });

  it('repeat every week, before 1970 too, and lie on circles', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 2e12 }),
        fc.integer({ min: -9, max: 9 }),
        (t, n) => {
          const now = features(t, 30 * DAY_MS);
          const then = features(t + n * 7 * DAY_MS, 30 * DAY_MS);
          now.forEach((value, i) => expect(value).toBeCloseTo(then[i], 8));
          for (let i = 0; i < TIME_FEATURES; i += 2) {
            expect(now[i] ** 2 + now[i + 1] ** 2).toBeCloseTo(1, 12);
          }
        },
      ),
    );
  });

  it('stay zero until nearly two of their periods were seen', () => {
    const t = 1.3 * DAY_MS;
    const zero = [0, 0, 0, 0];
    expect(features(t, 1.8 * DAY_MS)).toEqual([...zero, ...zero]);
    const day = features(t, 1.9 * DAY_MS);
    expect(day.slice(0, 4).every((value) => value !== 0)).toBe(true);
    expect(day.slice(4)).toEqual(zero);
    expect(features(t, 13 * DAY_MS)).toEqual(day);
    expect(features(t, 14 * DAY_MS).every((value) => value !== 0)).toBe(true);
  });

  it('are written at the offset and nowhere else', () => {
    const out = new Float64Array(TIME_FEATURES + 4).fill(9);
    writeTimeFeatures(DAY_MS / 3, 30 * DAY_MS, out, 2);
    expect([...out.subarray(0, 2), ...out.subarray(-2)]).toEqual([9, 9, 9, 9]);
    expect([...out.subarray(2, -2)]).toEqual(features(DAY_MS / 3, 30 * DAY_MS));
  });
});
