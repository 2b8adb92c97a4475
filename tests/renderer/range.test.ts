import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { around, clampRange, panBy, spanOf, zoomAround } from '../../renderer/app/charts/range.ts';

const WHOLE = { from: 1000, to: 2000 };

describe('the shown stretch', () => {
  test('never leaves the recording, whatever is done to it', () => {
    const time = fc.double({ min: -5000, max: 5000, noNaN: true });
    const act = fc.record({ at: time, factor: fc.double({ min: 0.01, max: 50, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(act), time, (acts, share) => {
        let range = WHOLE;
        for (const { at, factor } of acts) {
          range = zoomAround(range, at, factor, WHOLE, 1);
          range = panBy(range, share / 1000, WHOLE);
        }
        expect(range.from).toBeGreaterThanOrEqual(WHOLE.from);
        expect(range.to).toBeLessThanOrEqual(WHOLE.to + 1e-9);
        expect(spanOf(range)).toBeGreaterThan(0);
      }),
    );
  });

  test('keeps the time under the pointer in place while zooming', () => {
    const range = { from: 1200, to: 1600 };
    const at = 1300;
    const next = zoomAround(range, at, 0.5, WHOLE, 1);
    expect((at - next.from) / spanOf(next)).toBeCloseTo((at - range.from) / spanOf(range), 12);
    expect(spanOf(next)).toBe(200);
  });

  test('does not zoom closer than a few rows', () => {
    expect(spanOf(zoomAround({ from: 1000, to: 1010 }, 1005, 0.001, WHOLE, 2))).toBe(16);
  });

  test('keeps its span when it is pushed against an end', () => {
    expect(clampRange({ from: 1900, to: 2200 }, WHOLE)).toEqual({ from: 1700, to: 2000 });
    expect(panBy({ from: 1000, to: 1100 }, -1, WHOLE)).toEqual({ from: 1000, to: 1100 });
  });

  test('shows an event with what came before and after', () => {
    const { from, to } = around({ from: 1400, to: 1500 }, WHOLE, 1);
    expect([from, to]).toEqual([1250, 1650]);
  });
});
