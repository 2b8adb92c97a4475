import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cholesky, covariance, mahalanobisSquared } from '../../shared/math/cholesky.ts';
import { createRandom } from '../../shared/math/prng.ts';

/** A Aᵀ + I/2 of a random A: symmetric, positive definite. */
function positiveDefinite(n: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const a = Float64Array.from({ length: n * n }, random.normal);
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = i === j ? 0.5 : 0;
    for (let p = 0; p < n; p++) sum += a[i * n + p] * a[j * n + p];
    return sum;
  });
}

/** x with A x = q, by elimination with row exchange. */
function solve(c: Float64Array, q: readonly number[]): number[] {
  const n = q.length;
  const rows = q.map((right, i) => [...c.subarray(i * n, (i + 1) * n), right]);
  for (let i = 0; i < n; i++) {
    const lead = rows.slice(i).reduce((a, b) => (Math.abs(b[i]) > Math.abs(a[i]) ? b : a));
    rows.splice(rows.indexOf(lead), 1);
    rows.splice(i, 0, lead);
    rows.forEach((row, at) => {
      if (at === i) return;
      const factor = row[i] / lead[i];
      row.forEach((_, j) => (row[j] -= factor * lead[j]));
    });
  }
  return rows.map((row, i) => row[n] / row[i]);
}

const sizes = fc.integer({ min: 1, max: 8 });

describe('the Cholesky factor', () => {
  it('is lower triangular and gives the matrix back', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (n, seed) => {
        const c = positiveDefinite(n, seed);
        const l = cholesky(c, n);
        for (let i = 0; i < n; i++) {
          expect(l[i * n + i]).toBeGreaterThan(0);
          for (let j = 0; j < n; j++) {
            if (j > i) expect(l[i * n + j]).toBe(0);
            let sum = 0;
            for (let p = 0; p < n; p++) sum += l[i * n + p] * l[j * n + p];
            expect(sum).toBeCloseTo(c[i * n + j], 9);
          }
        }
      }),
    );
  });

  it('measures distances as the solved system does', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (n, seed) => {
        const c = positiveDefinite(n, seed);
        const q = Array.from({ length: n }, createRandom(seed + 1).normal);
        const direct = solve(c, q).reduce((sum, x, i) => sum + x * q[i], 0);
        const found = mahalanobisSquared(cholesky(c, n), q, n);
        expect(Math.abs(found - direct)).toBeLessThan(1e-8 * (1 + direct));
      }),
    );
  });

  it.each([
    ['indefinite', [1, 2, 2, 1]],
    ['singular', [1, 1, 1, 1]],
    ['without a number', [NaN, 0, 0, 1]],
  ])('refuses a matrix that is %s', (_, values) => {
    expect(() => cholesky(Float64Array.from(values), 2)).toThrow(/not positive definite/);
  });
});

describe('the covariance', () => {
  it('is that of the formula, symmetric, with variances on its diagonal', () => {
    const columns = [Float64Array.of(1, 2, 3, 6), Float64Array.of(2, 0, 4, 2)];
    expect([...covariance(columns, [3, 2])]).toEqual([14 / 3, 2 / 3, 2 / 3, 8 / 3]);
  });

  it('of one row is zero', () => {
    expect([...covariance([Float64Array.of(5)], [5])]).toEqual([0]);
  });
});
