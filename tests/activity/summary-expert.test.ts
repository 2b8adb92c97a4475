/** Linear discriminants of summaries. */
import { describe, expect, it } from 'vitest';
import { courseOf } from '../../shared/activity/course.ts';
import { expertScores, fitSummaryExpert, weighted } from '../../shared/activity/summary-expert.ts';
import { cholesky, solveCholesky } from '../../shared/math/cholesky.ts';
import { createRandom } from '../../shared/math/prng.ts';

describe('an expert of summaries', () => {
  const random = createRandom(4);
  const centres = [
    [0, 0],
    [2, 0],
    [0, 3],
  ];
  const labels = Array.from({ length: 600 }, (_, i) => i % 3);
  const rows = labels.map((c) => {
    const common = random.normal();
    return Float64Array.from(centres[c], (value) => value + common + 0.3 * random.normal());
  });
  const expert = fitSummaryExpert(rows, labels, 3);

  it('tells classes apart whose channels move together', () => {
    const right = rows.filter((row, i) => {
      const scores = expertScores(expert, row);
      return scores.indexOf(Math.max(...scores)) === labels[i];
    });
    expect(right.length / rows.length).toBeGreaterThan(0.97);
  });

  it('scores by half the squared distances, but for what is common', () => {
    const [near, far] = [1, 2].map((c) => expertScores(expert, Float64Array.from(centres[c])));
    expect(near[1]).toBeGreaterThan(near[0]);
    expect(near[1] - near[0]).toBeCloseTo(
      expertScores(
        expert,
        rows[0].map(() => 0),
      )[0] -
        expertScores(
          expert,
          rows[0].map(() => 0),
        )[1],
      0,
    );
    expect(far.indexOf(Math.max(...far))).toBe(2);
    expect([...expertScores(weighted(expert, 0.5), rows[0])]).toEqual(
      [...expertScores(expert, rows[0])].map((score) => 0.5 * score),
    );
  });

  it('rests on a solved system', () => {
    const c = Float64Array.of(4, 1, 0.5, 1, 3, 0.2, 0.5, 0.2, 2);
    const x = solveCholesky(cholesky(c, 3), [1, 2, 3], 3);
    [1, 2, 3].forEach((value, i) => {
      const row = c.subarray(3 * i, 3 * i + 3);
      expect(row[0] * x[0] + row[1] * x[1] + row[2] * x[2]).toBeCloseTo(value, 12);
    });
  });
});

it('gives every class the same say in what varies, however rare it is', () => {
  // Around 0 and 4 by ±1 a hundred times each, around 30 by ±10 twice.
  const pairs = [
    { c: 0, centre: 0, spread: 1, count: 50 },
    { c: 1, centre: 4, spread: 1, count: 50 },
    { c: 2, centre: 30, spread: 10, count: 1 },
  ].flatMap(({ c, centre, spread, count }) =>
    Array.from({ length: 2 * count }, (_, i) => ({ c, x: centre + (i % 2 ? spread : -spread) })),
  );
  const { weights } = fitSummaryExpert(
    pairs.map(({ x }) => Float64Array.of(x)),
    pairs.map(({ c }) => c),
    3,
  );
  const Σ = (1 + 1 + 100) / 3;
  [0, 4, 30].forEach((centre, c) => expect(weights[c]).toBeCloseTo(centre / Σ, 4));
});

describe('the course of a window', () => {
  const T = 32;
  const scale = { mean: Float64Array.of(1), deviation: Float64Array.of(2) };
  const rise = Float32Array.from({ length: T }, (_, t) => 1 + 2 * t);

  it('tells a rise from a fall, which mean and spread do not', () => {
    const fall = rise.slice().reverse();
    const [up, down] = [rise, fall].map((window) => courseOf(window, scale));
    expect([...up.slice(0, 3)]).toEqual([-8, -8, -8]);
    expect([...down.slice(0, 3)]).toEqual([8, 8, 8]);
    // Deviations of quarters 0..7, and steps over 4 and 16 samples, are the same both ways.
    const expected = [Math.sqrt(5.25), Math.sqrt(5.25), Math.sqrt(5.25), Math.sqrt(5.25), 4, 16];
    for (const course of [up, down]) {
      course.slice(3).forEach((value, i) => {
        expect(value).toBeCloseTo(Math.log(1e-3 + expected[i]), 9);
      });
    }
  });

  it('has numbers for windows as short as a lag, and for stillness', () => {
    expect(courseOf(new Float32Array(16).fill(3), scale).every(Number.isFinite)).toBe(true);
  });
});
