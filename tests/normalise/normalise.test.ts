import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../shared/math/prng.ts';
import { destandardise, fitScale, standardise } from '../../shared/normalise/scaler.ts';
import { squash, unsquash } from '../../shared/normalise/squash.ts';

const finite = fc.double({ noNaN: true, min: -1e6, max: 1e6 });

function normals(rows: number, seed: number, centre: number, spread: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: rows }, () => centre + spread * random.normal());
}

describe('the scaler', () => {
  it('finds centre and spread of normal values', () => {
    const { centre, scale } = fitScale(normals(20_000, 1, 50, 3));
    expect(Math.abs(centre - 50)).toBeLessThan(0.1);
    expect(Math.abs(scale - 3)).toBeLessThan(0.1);
  });

  it('is moved little by a few wild values and not at all by missing ones', () => {
    const values = normals(2000, 2, 10, 1);
    const plain = fitScale(values);
    const wild = fitScale(values.map((v, i) => (i % 500 === 0 ? 40 : v)));
    expect(Math.abs(wild.centre - plain.centre)).toBeLessThan(0.02);
    expect(Math.abs(wild.scale - plain.scale)).toBeLessThan(0.05);
    const holes = Float64Array.from([NaN, Infinity, ...values, NaN, -Infinity]);
    expect(fitScale(holes)).toEqual(plain);
  });

  it('takes the standard deviation where the quartiles say nothing', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => (i % 10 === 0 ? 5 : 1));
    const { centre, scale } = fitScale(values);
    expect(centre).toBe(1);
    expect(scale).toBeCloseTo(1.2, 9);
  });

  it.each([
    ['nothing', [], 0],
    ['no number', [NaN, NaN], 0],
    ['a constant', [7, 7, 7], 7],
    ['a large constant with float noise', [1e9, 1e9 + 1e-7, 1e9], 1e9],
  ])('does not divide by zero: %s', (_, values, centre) => {
    expect(fitScale(Float64Array.from(values))).toEqual({ centre, scale: 1 });
  });

  it.each([1e155, 1e200, Number.MAX_VALUE])(
    'keeps a finite scale with %d among the values',
    (far) => {
      const values = normals(500, 3, 0, 1);
      values[100] = far;
      values[200] = -far;
      const { centre, scale } = fitScale(values);
      expect(Math.abs(centre)).toBeLessThan(0.2);
      expect(Math.abs(scale - 1)).toBeLessThan(0.2);
    },
  );

  it('gives every value back, and every value back after its state was stored', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 50 }), finite, (values, x) => {
        const fitted = fitScale(Float64Array.from(values));
        const stored = JSON.parse(JSON.stringify(fitted)) as typeof fitted;
        expect(stored).toEqual(fitted);
        expect(fitted.scale).toBeGreaterThan(0);
        const z = standardise(x, fitted);
        expect(standardise(x, stored)).toBe(z);
        const error = Math.abs(destandardise(z, stored) - x);
        expect(error).toBeLessThanOrEqual(1e-12 * (Math.abs(x) + Math.abs(fitted.centre) + 1));
      }),
    );
  });
});

describe('squash', () => {
  const bounds = fc.constantFrom(1, 4, 8);

  it('leaves near values alone and keeps order, sign and finiteness far out', () => {
    fc.assert(
      fc.property(bounds, finite, finite, (k, a, b) => {
        if (Math.abs(a) <= k) expect(squash(a, k)).toBe(a);
        expect(squash(-a, k)).toBe(-squash(a, k));
        if (a < b) expect(squash(a, k)).toBeLessThanOrEqual(squash(b, k));
        expect(Math.abs(squash(a, k))).toBeLessThanOrEqual(Math.abs(a));
      }),
    );
    expect(squash(Number.MAX_VALUE, 4)).toBeLessThan(1000);
  });

  it('is undone by unsquash up to its last exponent', () => {
    fc.assert(
      fc.property(bounds, fc.double({ noNaN: true, min: -1e5, max: 1e5 }), (k, z) => {
        expect(Math.abs(unsquash(squash(z, k), k) - z)).toBeLessThanOrEqual(
          1e-9 * (1 + Math.abs(z)),
        );
      }),
    );
    expect(unsquash(1e9, 4)).toBe(4 + Math.expm1(12));
    expect(unsquash(-1e9, 4)).toBe(-4 - Math.expm1(12));
  });
});
