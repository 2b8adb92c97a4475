import { describe, expect, it } from 'vitest';
import { createLeftProfile, leftDistance } from '../../shared/detect/left-profile.ts';
import {
  areShapesWatched,
  shapeChannels,
  ShapeWatch,
  type ShapeFound,
} from '../../shared/detect/shape-watch.ts';
import { createShapes, takeAsNormal } from '../../shared/detect/shapes.ts';
import { periodOf } from '../../shared/math/period.ts';
import { createRandom } from '../../shared/math/prng.ts';
import { mean, standardDeviation } from '../../shared/math/stats.ts';
import { toArray } from '../../shared/window/ring.ts';

const PERIOD = 50;
const TRAIN_ROWS = 1000;

/** A wave with a little noise; `beat`: that one is inverted in its second half. */
function wave(rows: number, beat = -1): Float64Array {
  const random = createRandom(3);
  return Float64Array.from({ length: rows }, (_, i) => {
    const phase = (i % PERIOD) / PERIOD;
    const isOdd = Math.floor(i / PERIOD) === beat && phase > 0.5;
    const sine = Math.sin(2 * Math.PI * phase) + 0.5 * Math.sin(4 * Math.PI * phase);
    return (isOdd ? -sine : sine) + 0.05 * random.normal() + 1e4;
  });
}

const ORDER = { channels: ['x'], trainRows: TRAIN_ROWS, channelsMax: 1 };

function foundIn(x: Float64Array, trainRows = TRAIN_ROWS): readonly ShapeFound[] {
  const watch = new ShapeWatch({ ...ORDER, trainRows });
  x.forEach((value, t) => watch.push(t, [value]));
  return watch.finish();
}

function shapeOf(window: Float64Array, deviationMin: number): Float64Array {
  const centre = mean(window);
  const deviation = Math.max(deviationMin, standardDeviation(window, centre));
  return window.map((value) => (value - centre) / deviation);
}

/** As the equations read, window by window. */
function plainDistance(x: Float64Array, t: number, m: number, rows: number): number {
  const own = shapeOf(x.subarray(t - m + 1, t + 1), 0.01);
  let highest = -Infinity;
  for (let lag = m; lag <= rows && t - lag - m + 1 >= 0; lag++) {
    const other = shapeOf(x.subarray(t - lag - m + 1, t - lag + 1), 0.01);
    highest = Math.max(highest, mean(own.map((value, i) => value * other[i])));
  }
  return Math.sqrt(Math.max(0, 2 * (1 - highest)));
}

describe('the left matrix profile', () => {
  it('is what comparing all windows gives, also long after its memory has filled', () => {
    const random = createRandom(1);
    const x = Float64Array.from({ length: 400 }, () => random.normal());
    const profile = createLeftProfile(8, 60, 0.01);
    x.forEach((value, t) => {
      const distance = leftDistance(profile, value);
      if (t < 15) expect(distance).toBeNaN();
      else expect(distance).toBeCloseTo(plainDistance(x, t, 8, 60), 9);
    });
  });

  it('holds no more than its rows', () => {
    const profile = createLeftProfile(8, 60, 0.01);
    for (let t = 0; t < 1000; t++) leftDistance(profile, Math.sin(t));
    expect([profile.values.size, profile.means.size, profile.sums.length]).toEqual([69, 61, 53]);
  });
});

describe('the period', () => {
  it('is found in a wave, and not in noise or a line', () => {
    expect(periodOf(wave(1000), 400).length).toBe(PERIOD);
    const random = createRandom(2);
    const noise = Float64Array.from({ length: 1000 }, () => random.normal());
    expect(periodOf(noise, 400).strength).toBeLessThan(0.3);
    expect(periodOf(new Float64Array(100).fill(7), 20)).toEqual({ length: 0, strength: 0 });
  });
});

describe('shapes', () => {
  it('mark the beat that is off, and nothing else', () => {
    const found = foundIn(wave(3000, 40));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ channel: 'x', isOpen: false });
    expect(found[0].distance).toBeGreaterThan(1.1 * found[0].usual);
    expect(found[0].start).toBeGreaterThanOrEqual(40 * PERIOD);
    expect(found[0].start).toBeLessThan(41 * PERIOD);
  });

  it('say nothing of a wave that goes on, or of a channel without a period', () => {
    expect(foundIn(wave(3000))).toEqual([]);
    const random = createRandom(5);
    expect(foundIn(Float64Array.from({ length: 2000 }, () => random.normal()))).toEqual([]);
  });

  it('go on from a stored state, while learning and while a mark is open', () => {
    const x = wave(3000, 40);
    for (const cut of [500, 2040]) {
      const first = new ShapeWatch(ORDER);
      x.subarray(0, cut).forEach((value, t) => first.push(t, [value]));
      const second = new ShapeWatch(ORDER);
      second.restore(structuredClone(first.state()));
      x.subarray(cut).forEach((value, i) => second.push(cut + i, [value]));
      expect(second.finish()).toEqual(foundIn(x));
    }
  });

  it('tell a mark while it goes on, and that it is over, by the same start', () => {
    const watch = new ShapeWatch(ORDER);
    const told: ShapeFound[] = [];
    wave(3000, 40).forEach((value, t) => {
      watch.push(t, [value]);
      told.push(...watch.take());
    });
    expect(new Set(told.map(({ start }) => start)).size).toBe(1);
    expect(told.findIndex(({ isOpen }) => !isOpen)).toBe(told.length - 1);
    expect(told.at(-1)).toEqual(foundIn(wave(3000, 40))[0]);
  });

  it('keep no more of the normal rows than windows are compared with', () => {
    const rows = 9000;
    const state = createShapes(rows);
    const x = wave(rows);
    x.forEach((value) => takeAsNormal(state, value));
    expect(toArray(state.known!)).toEqual(x.subarray(1000));
  });

  it('watch the channels that repeat themselves most, as many as fit', () => {
    const random = createRandom(7);
    const x = wave(3000, 40);
    const rows = Array.from(x, (value) => [random.normal(), value + random.normal() / 4, value]);
    const watch = new ShapeWatch({ channels: ['a', 'b', 'c'], trainRows: 1000, channelsMax: 1 });
    rows.forEach((row, t) => watch.push(t, row));
    expect(watch.finish().map(({ channel }) => channel)).toEqual(['c']);
  });

  it('are watched in as many channels as a quarter of a core has time for', () => {
    const fast = 1;
    const slow = 1000;
    expect([1, 25, 25, 500].map((n, i) => shapeChannels(n, i < 2 ? fast : slow))).toEqual([
      1, 8, 25, 64,
    ]);
  });

  it('are watched of one channel in reference mode, unless told otherwise', () => {
    expect(areShapesWatched({}, 'reference', 1)).toBe(true);
    expect(areShapesWatched({ shapes: 'auto' }, 'reference', 2)).toBe(false);
    expect(areShapesWatched({}, 'stream', 1)).toBe(false);
    expect(areShapesWatched({ shapes: 'on' }, 'stream', 2)).toBe(true);
    expect(areShapesWatched({ shapes: 'off' }, 'reference', 1)).toBe(false);
  });
});
