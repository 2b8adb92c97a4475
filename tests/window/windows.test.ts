import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renewSorted } from '../../shared/window/renew-sorted.ts';
import { ago, clear, createRing, push, toArray } from '../../shared/window/ring.ts';
import { add, createRollingMean, current } from '../../shared/window/rolling-mean.ts';
import { countAtLeast, createSortedWindow, insert } from '../../shared/window/sorted-window.ts';

const capacities = fc.integer({ min: 1, max: 12 });
const arrivals = fc.array(fc.double({ noNaN: true, min: -1e3, max: 1e3 }), { maxLength: 60 });
/** Few different values, so that equal ones meet. */
const steps = fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 60 });

describe('a ring', () => {
  it('holds the last values, oldest first, and hands back what falls out', () => {
    fc.assert(
      fc.property(capacities, arrivals, (capacity, values) => {
        const ring = createRing(capacity);
        values.forEach((value, i) => {
          const out = push(ring, value);
          expect(out).toBe(i < capacity ? NaN : values[i - capacity]);
          const held = values.slice(Math.max(0, i + 1 - capacity), i + 1);
          expect([...toArray(ring)]).toEqual(held);
          expect(held.map((_, back) => ago(ring, back))).toEqual([...held].reverse());
        });
      }),
    );
  });

  it('starts afresh when cleared', () => {
    const ring = createRing(2);
    [1, 2, 3].forEach((value) => push(ring, value));
    clear(ring);
    expect([...toArray(ring)]).toEqual([]);
    expect(push(ring, 9)).toBeNaN();
    expect([...toArray(ring)]).toEqual([9]);
  });

  it('is plain data: a copy goes on alike', () => {
    const ring = createRing(3);
    [1, 2, 3, 4].forEach((value) => push(ring, value));
    const copy = structuredClone(ring);
    expect(push(copy, 5)).toBe(push(ring, 5));
    expect(toArray(copy)).toEqual(toArray(ring));
  });
});

describe('a rolling mean', () => {
  it('is the mean of the last values', () => {
    fc.assert(
      fc.property(capacities, arrivals, (capacity, values) => {
        const rolling = createRollingMean(capacity);
        expect(current(rolling)).toBe(0);
        values.forEach((value, i) => {
          add(rolling, value);
          const held = values.slice(Math.max(0, i + 1 - capacity), i + 1);
          const naive = held.reduce((sum, v) => sum + v, 0) / held.length;
          expect(Math.abs(current(rolling) - naive)).toBeLessThan(1e-9);
        });
      }),
    );
  });

  it.each([1e12, 1e30, -3.4e38])('forgets %d as soon as it falls out', (huge) => {
    const rolling = createRollingMean(100);
    for (let i = 0; i < 150; i++) add(rolling, i === 30 ? huge : 0.1 * (i % 7));
    const held = Array.from({ length: 100 }, (_, i) => 0.1 * ((50 + i) % 7));
    const naive = held.reduce((sum, v) => sum + v, 0) / 100;
    expect(Math.abs(current(rolling) - naive)).toBeLessThan(1e-5);
  });

  it('does not drift over a million values', () => {
    const rolling = createRollingMean(100);
    for (let i = 0; i < 1_000_000; i++) add(rolling, 1e6 + 0.1 * (i % 7));
    const held = Array.from({ length: 100 }, (_, i) => 1e6 + 0.1 * ((999_900 + i) % 7));
    const naive = held.reduce((sum, v) => sum + v, 0) / 100;
    expect(Math.abs(current(rolling) - naive)).toBeLessThan(1e-9);
  });
});

describe('a sorted window', () => {
  it.each([
    ['any values', arrivals],
    ['many equal values', steps],
  ])('sorts and ranks the last values: %s', (_, series) => {
    fc.assert(
      fc.property(capacities, series, (capacity, values) => {
        const window = createSortedWindow(capacity);
        values.forEach((value, i) => {
          insert(window, value);
          const held = values.slice(Math.max(0, i + 1 - capacity), i + 1);
          const sorted = Float64Array.from(held).sort();
          expect(window.arrival.size).toBe(held.length);
          expect(window.sorted.slice(0, held.length)).toEqual(sorted);
          for (const v of [value, value + 1, -2000, 2000]) {
            expect(countAtLeast(window, v)).toBe(held.filter((h) => h >= v).length);
          }
        });
      }),
    );
  });
});

describe('a sorted window', () => {
  it('renewed is the window sorted anew, whatever came and left', () => {
    const values = fc.array(fc.constantFrom(0, 1e-300, 0.5, 1, 1, 2, 7.25, 1e9), { minLength: 1 });
    fc.assert(
      fc.property(values, values, fc.nat(), (before, came, seed) => {
        const kept = before.slice(seed % (before.length + 1));
        const left = before.slice(0, before.length - kept.length);
        const found = renewSorted(Float64Array.from(before).sort(), left, came);
        expect([...found]).toEqual([...Float64Array.from([...kept, ...came]).sort()]);
      }),
    );
  });
});
