import { describe, expect, it } from 'vitest';
import { proposeRegimes } from '../../shared/activity/regimes.ts';
import { worthLabelling } from '../../shared/activity/worth-labelling.ts';
import { createRandom } from '../../shared/math/prng.ts';

describe('regimes without labels', () => {
  const random = createRandom(21);
  const rows = (centre: readonly number[], n: number): number[] =>
    Array.from({ length: n }, () => centre.map((m) => m + 0.3 * random.normal())).flat();

  it('gather stretches that look alike, the most frequent first', () => {
    const idle = [0, 0];
    const run = [4, 1];
    const parts = [rows(idle, 60), rows(run, 90), rows(idle, 60), rows(run, 90)].flat();
    const found = proposeRegimes(Float64Array.from(parts), 2, 8, createRandom(1));
    expect(found.map(({ cluster }) => cluster)).toEqual([1, 0, 1, 0]);
    const edges = found.slice(1).map(({ first }) => first);
    edges.forEach((edge, i) => expect(Math.abs(edge - [60, 150, 210][i])).toBeLessThanOrEqual(3));
    expect(found[0].first).toBe(0);
    expect(found[3].last).toBe(299);
  });

  it('are one where nothing changes, and none where nothing is', () => {
    const steady = Float64Array.from(rows([1, 1], 200));
    expect(proposeRegimes(steady, 2, 8, createRandom(1))).toEqual([
      { first: 0, last: 199, cluster: 0 },
    ]);
    expect(proposeRegimes(new Float64Array(0), 2, 8, createRandom(1))).toEqual([]);
  });

  it('are the same for the same seed', () => {
    const parts = Float64Array.from([rows([0, 0], 50), rows([3, 3], 50)].flat());
    const once = proposeRegimes(parts, 2, 8, createRandom(5));
    expect(proposeRegimes(parts, 2, 8, createRandom(5))).toEqual(once);
  });
});

describe('what is worth labelling', () => {
  const sure = [0.98, 0.02];
  const torn = [0.52, 0.48];
  const p = Float64Array.from([sure, sure, torn, torn, sure, sure, torn, sure].flat());

  it('are the stretches with the smallest margin, apart from each other', () => {
    const found = worthLabelling(p, 2, () => false, { windows: 2, count: 2 });
    expect(found[0]).toEqual({ first: 2, last: 3, margin: expect.closeTo(0.04, 9) as number });
    expect(found[1].margin).toBeCloseTo((0.96 + 0.04) / 2, 9);
  });

  it('are never those that are labelled', () => {
    const labelled = (window: number): boolean => window === 2 || window === 3;
    const found = worthLabelling(p, 2, labelled, { windows: 2, count: 9 });
    expect(found.length).toBeGreaterThan(0);
    for (const { first, last } of found) {
      expect(labelled(first) || labelled(last)).toBe(false);
    }
  });
});
