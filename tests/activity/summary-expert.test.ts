/** Linear discriminants of summaries. */
import { describe, expect, it } from 'vitest';
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
