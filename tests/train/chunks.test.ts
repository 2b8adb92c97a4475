import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../shared/math/prng.ts';
import { createBatch, drawStarts, fillBatch, fitShape } from '../../shared/train/chunks.ts';

const wanted = { T: 48, B: 16, warmup: 16, horizons: [1, 4, 16] };

describe('chunks', () => {
  it('never read a row outside their range', () => {
    const ranges = fc.record({
      lo: fc.integer({ min: 0, max: 50 }),
      rows: fc.integer({ min: 24, max: 300 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(ranges, ({ lo, rows, seed }) => {
        const hi = lo + rows;
        const shape = fitShape(rows, wanted);
        // Each row holds its own number, so that the batch tells which rows were read.
        const values = Float64Array.from({ length: hi + 40 }, (_, row) => row);
        const series = { rows: hi + 40, inputs: values, targets: values, D: 1, K: 1 };
        const batch = createBatch(series, shape);
        fillBatch(batch, series, shape, drawStarts(createRandom(seed), lo, hi, shape));
        expect(Math.min(...batch.x)).toBeGreaterThanOrEqual(lo);
        for (let i = 0; i < batch.x.length; i++) {
          for (let j = 0; j < 3; j++) {
            const counts = i >= shape.warmup * shape.B;
            expect(batch.target[3 * i + j]).toBe(counts ? wanted.horizons[j] : 0);
            expect(batch.weight[3 * i + j] > 0).toBe(counts);
            expect(batch.x[i] + batch.target[3 * i + j]).toBeLessThan(hi);
          }
        }
        expect(batch.weight.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 9);
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it('start at every row that leaves room for the farthest target', () => {
    const shape = fitShape(30, wanted);
    const random = createRandom(1);
    const seen = new Set<number>();
    for (let i = 0; i < 100; i++) for (const s of drawStarts(random, 5, 35, shape)) seen.add(s);
    const last = 35 - 16 - shape.T;
    expect([...seen].sort((a, b) => a - b)).toEqual(
      Array.from({ length: last - 4 }, (_, i) => 5 + i),
    );
  });

  it.each([
    [10_000, 48, 16],
    [112, 48, 16],
    [76, 30, 10],
    [24, 8, 2],
  ])('over %i rows have %i steps with %i of warm-up', (rows, T, warmup) => {
    expect(fitShape(rows, wanted)).toMatchObject({ T, warmup });
  });

  it('refuses a range in which none fits, and says how many rows are needed', () => {
    expect(() => fitShape(23, wanted)).toThrow(/23 rows.*24/);
    expect(() => fitShape(0, wanted)).toThrow(RangeError);
  });
});
