import { describe, expect, it } from 'vitest';
import { changePoints } from '../../shared/activity/change-points.ts';
import { featuresOf, featureTriplets } from '../../shared/activity/features.ts';
import { medianStep, resample } from '../../shared/activity/recording.ts';
import { boutsOf, timePerDay, transitionsOf } from '../../shared/activity/statistics.ts';
import type { ActivitySegment } from '../../shared/domain/activity.ts';
import { createRandom } from '../../shared/math/prng.ts';

describe('resampling', () => {
  it('leaves an even recording as it is', () => {
    const t = Float64Array.from({ length: 50 }, (_, i) => 1000 + 20 * i);
    const column = t.map((time) => Math.sin(time / 100));
    const { start, values, valid } = resample(t, [column], 20);
    expect(start).toBe(1000);
    expect([...values]).toEqual([...Float32Array.from(column)]);
    expect(valid.every((one) => one === 1)).toBe(true);
  });

  it('draws straight lines between irregular rows', () => {
    const t = Float64Array.of(0, 15, 40, 65, 80);
    const line = t.map((time) => 2 * time + 1);
    const { values, valid } = resample(t, [line], 10);
    expect([...values]).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80].map((time) => 2 * time + 1));
    expect(valid.length).toBe(9);
  });

  it('invents nothing in a gap, and passes over a missing value', () => {
    const t = Float64Array.of(0, 10, 20, 100, 110, 120);
    const { valid, values } = resample(t, [Float64Array.of(1, NaN, 3, 4, 5, 6)], 10);
    expect([...valid]).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
    expect(values[1]).toBe(2);
    expect(values[5]).toBe(0);
  });

  it('tells the median step', () => {
    expect(medianStep(Float64Array.of(0, 1, 2, 50))).toBe(1);
    expect(medianStep(Float64Array.of(7))).toBeNaN();
  });
});

describe('features', () => {
  const plan = { channels: 6, triplets: [0, 3], acceleration: 0 };

  it('take a resting sensor’s gravity off', () => {
    const n = 400;
    const values = new Float32Array(6 * n);
    for (let i = 0; i < n; i++) values.set([0.6, 0, 0.8, 0.1, 0.2, 0.3], 6 * i);
    const valid = new Uint8Array(n).fill(1);
    const features = featuresOf({ start: 0, stepMs: 20, channels: 6, values, valid }, plan);
    const last = [...features.subarray(9 * (n - 1))];
    expect(last.slice(0, 3)).toEqual([...Float32Array.of(0.6, 0, 0.8)]);
    for (const rest of last.slice(6)) expect(Math.abs(rest)).toBeLessThan(1e-6);
  });

  it('turn all triplets, the one without gravity too', () => {
    expect(featureTriplets(plan)).toEqual([0, 3, 6]);
    expect(featureTriplets({ channels: 4, triplets: [], acceleration: null })).toEqual([]);
  });
});

describe('change points', () => {
  const random = createRandom(11);
  const rows = (...parts: readonly (readonly [mean: number, deviation: number])[]): number[] =>
    parts.flatMap(([mean, deviation]) =>
      Array.from({ length: 100 }, () => mean + deviation * random.normal()),
    );
  const near = (found: readonly number[], expected: readonly number[]): void => {
    expect(found.length).toBe(expected.length);
    found.forEach((at, i) => expect(Math.abs(at - expected[i])).toBeLessThanOrEqual(4));
  };

  it('are where mean or spread changes', () => {
    const found = changePoints(Float64Array.from(rows([0, 0.5], [2, 0.5], [2, 1.6])), 1, {
      lengthMin: 10,
    });
    near(found, [100, 200]);
  });

  it('are few where nothing changes', () => {
    const steady = Float64Array.from(rows([0, 1], [0, 1], [0, 1], [0, 1]));
    expect(changePoints(steady, 1, { lengthMin: 10 })).toEqual([]);
  });

  it('are found in one channel among several', () => {
    const changing = rows([0, 1], [3, 1]);
    const other = rows([0, 1], [0, 1]);
    const both = Float64Array.from(changing.flatMap((value, i) => [value, other[i]]));
    near(changePoints(both, 2, { lengthMin: 10 }), [100]);
  });

  it('none fit into a short recording', () => {
    expect(changePoints(new Float64Array(15), 1, { lengthMin: 10 })).toEqual([]);
  });
});

describe('statistics', () => {
  const HOUR = 3_600_000;
  const segment = (from: number, to: number, activity: string | null): ActivitySegment => {
    return { start: from * HOUR, end: to * HOUR, activity, confidence: 1 };
  };
  const segments = [
    segment(0, 20, 'idle'),
    segment(20, 30, 'run'),
    segment(30, 31, null),
    segment(31, 33, 'run'),
    segment(50, 51, 'idle'),
  ];

  it('share a night between its days', () => {
    const days = timePerDay(segments);
    expect(days.map(({ day }) => day / HOUR)).toEqual([0, 24, 48]);
    expect(days[0].time).toEqual({ idle: 20 * HOUR, run: 4 * HOUR });
    expect(days[1].time).toEqual({ run: 8 * HOUR, '': HOUR });
  });

  it('tell bouts and transitions, not across a gap', () => {
    expect(boutsOf(segments)[1]).toEqual({
      activity: 'run',
      count: 2,
      totalMs: 12 * HOUR,
      meanMs: 6 * HOUR,
      longestMs: 10 * HOUR,
    });
    const { activities, counts } = transitionsOf(segments, HOUR);
    const from = (a: string, b: string): number =>
      counts[activities.indexOf(a)][activities.indexOf(b)];
    expect(from('idle', 'run')).toBe(1);
    expect(from('run', '')).toBe(1);
    expect(from('run', 'idle')).toBe(0);
  });
});
