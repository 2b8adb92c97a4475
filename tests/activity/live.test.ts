import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLiveGrid, pushRow } from '../../shared/activity/live-grid.ts';
import {
  LIVE_LAG,
  LiveRecogniser,
  type ClassifyOne,
} from '../../shared/activity/live-recogniser.ts';
import { LiveSegments } from '../../shared/activity/live-segments.ts';
import { readStretches, recogniseSegments } from '../../shared/activity/recognise.ts';
import type { ClassLook } from '../../shared/activity/novelty.ts';
import type { Recogniser } from '../../shared/activity/recogniser.ts';
import { recogniserNetwork } from '../../shared/activity/recogniser.ts';
import { gapOf, medianStep, resample } from '../../shared/activity/recording.ts';
import { OPEN_WINDOWS, stayTransitions } from '../../shared/activity/viterbi.ts';
import { readFeatures } from '../../shared/activity/windows.ts';
import type { ActivitySegment } from '../../shared/domain/activity.ts';
import { createRandom } from '../../shared/math/prng.ts';

describe('the grid', () => {
  it('row by row is the grid of the whole recording', () => {
    const step = fc.integer({ min: 1, max: 60 });
    const value = fc.option(fc.integer({ min: -50, max: 50 }), { nil: NaN, freq: 5 });
    const rows = fc.array(fc.tuple(step, value, value), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 3, max: 30 }), (drawn, stepMs) => {
        let time = 1000;
        const t = Float64Array.from(drawn, ([gap]) => (time += gap));
        const columns = [1, 2].map((k) => Float64Array.from(drawn, (row) => row[k]));
        const gapMs = gapOf(medianStep(t), stepMs);
        const whole = resample(t, columns, stepMs, gapMs);
        const grid = createLiveGrid(2, stepMs, gapMs);
        const samples: number[][] = [];
        for (let i = 0; i < t.length; i++) {
          pushRow(grid, t[i], [columns[0][i], columns[1][i]], (one) => samples.push([...one]));
        }
        samples.forEach((sample, i) => {
          const isValid = sample.every((one) => !Number.isNaN(one));
          expect(isValid).toBe(whole.valid[i] === 1);
          const expected = whole.values.subarray(2 * i, 2 * i + 2);
          if (isValid) expect([...Float32Array.from(sample)]).toEqual([...expected]);
        });
        const whenBoth = t.findLast((_, i) => columns.every((column) => !Number.isNaN(column[i])));
        const certain = whenBoth === undefined ? 0 : Math.floor((whenBoth - t[0]) / stepMs) + 1;
        expect(samples.length).toBeGreaterThanOrEqual(certain);
        expect(samples.length).toBeLessThanOrEqual(whole.valid.length);
      }),
    );
  });
});

describe('the ribbon', () => {
  const plan = { channels: 1, triplets: [], acceleration: null };
  const recogniser: Recogniser = {
    spec: {
      ...{ classes: ['low', 'high'], channels: ['x'], plan, stepMs: 10, window: 16, hop: 4 },
      network: recogniserNetwork('conv-gru', plan, 2),
    },
    parameters: new Map(),
    expert: { weights: new Float64Array(6), biases: new Float64Array(2) },
    scale: { mean: Float64Array.of(0), deviation: Float64Array.of(1) },
    ...{ temperature: 1, novelty: null, logTransitions: stayTransitions(2, 0.999) },
  };
  /** Tells by the mean of a window, without a network. */
  const classify: ClassifyOne = (window) => {
    const mean = window.reduce((sum, value) => sum + value, 0) / window.length;
    return { scores: Float64Array.of(-4 * mean, 4 * mean) };
  };
  const random = createRandom(9);
  const wave = (i: number): number => (Math.floor(i / 100) % 2 === 0 ? -1 : 1);

  function live(rows: number, restarts = false, isMissing: (i: number) => boolean = () => false) {
    let one = new LiveRecogniser(recogniser, classify, 10);
    for (let i = 0; i < rows; i++) {
      one.push(1000 + 10 * i, [isMissing(i) ? NaN : wave(i)]);
      if (!restarts || random.uniform() > 0.05) continue;
      const state = structuredClone(one.state());
      one = new LiveRecogniser(recogniser, classify, 10);
      one.restore(state);
    }
    return one.ribbon();
  }

  it('says nothing before it can, then follows four windows behind', () => {
    expect(live(16 + 4 * (LIVE_LAG - 1))).toBeNull();
    const ribbon = live(330)!;
    expect(ribbon.from).toBe(1000);
    expect(ribbon.segments.map(({ activity }) => activity)).toEqual(['low', 'high', 'low', 'high']);
    ribbon.segments.slice(1).forEach(({ start }, i) => {
      expect(Math.abs(start - (1000 + 1000 * (i + 1)))).toBeLessThanOrEqual(80);
    });
    const end = ribbon.segments.at(-1)!.end;
    expect(1000 + 10 * 330 - end).toBeLessThanOrEqual(10 * 4 * (LIVE_LAG + 1));
  });

  it('is the same however often it was put away', () => {
    expect(live(700, true)).toEqual(live(700));
  });

  it('settles what is older than its open windows', () => {
    const rows = 16 + 4 * (OPEN_WINDOWS + 50);
    const ribbon = live(rows)!;
    expect(ribbon.from).toBeGreaterThan(1000);
    expect(ribbon.segments[0].start).toBe(ribbon.from);
  });

  it('begins anew behind a gap', () => {
    const ribbon = live(600, false, (i) => i >= 300 && i < 340)!;
    expect(ribbon.from).toBeGreaterThanOrEqual(1000 + 10 * 340);
  });
});

describe('segments of rows as they come', () => {
  const plan = { channels: 1, triplets: [], acceleration: null };
  /** Told by the mean of a window, by itself and beside what the recording shows elsewhere. */
  const lookOf = (level: number): ClassLook => {
    const factor = Float64Array.of(1, 0, 0, 0, 1e6, 0, 0, 0, 1e6);
    const limits = { acrossLimit: 1, withinLimit: 0.3 };
    return { mean: Float64Array.of(level, 0, 0), across: factor, within: factor, ...limits };
  };
  const recogniser: Recogniser = {
    spec: {
      ...{ classes: ['low', 'high'], channels: ['x'], plan, stepMs: 10, window: 16, hop: 4 },
      network: recogniserNetwork('conv-gru', plan, 2),
    },
    parameters: new Map(),
    expert: { weights: new Float64Array(6), biases: new Float64Array(2) },
    scale: { mean: Float64Array.of(0), deviation: Float64Array.of(1) },
    ...{ temperature: 1, logTransitions: stayTransitions(2, 0.999) },
    novelty: { looks: [lookOf(-1), lookOf(1)], limit: 2.5 },
  };
  const classify: ClassifyOne = (window) => {
    const mean = window.reduce((sum, value) => sum + value, 0) / window.length;
    const clear = Math.max(-1, Math.min(1, mean));
    return { scores: Float64Array.of(-4 * clear, 4 * clear) };
  };
  /** What the same windows give when all rows are there. */
  function offline(rows: Float64Array): ActivitySegment[] {
    const t = Float64Array.from(rows, (_, i) => 1000 + 10 * i);
    const recording = resample(t, [rows], 10);
    const features = readFeatures([recording], plan, 1);
    const toy = {
      classify: (_: unknown, places: readonly { first: number }[]) => {
        const all = places.map(({ first }) => {
          return classify(features.recordings[0].subarray(first, first + 16));
        });
        const scores = Float64Array.from(all.flatMap((one) => [...one.scores]));
        return { scores, states: new Float64Array(all.length) };
      },
    };
    return recogniseSegments(recogniser, readStretches(recogniser, toy, features, 0), 1000);
  }

  /** Kept as a store keeps them; asked for, and put away, whenever it pleases chance. */
  function live(rows: Float64Array, seed: number): ActivitySegment[] {
    const random = createRandom(seed);
    let one = new LiveSegments(recogniser, classify, 10);
    let kept: ActivitySegment[] = [];
    const take = (): void => {
      const news = one.take();
      if (!news) return;
      kept = kept.filter(({ start }) => start < news.from);
      expect(kept.every(({ end }) => end <= news.from)).toBe(true);
      kept.push(...news.segments);
    };
    rows.forEach((value, i) => {
      one.push(1000 + 10 * i, [value]);
      if (random.uniform() < 0.05) take();
      if (random.uniform() > 0.01) return;
      const state = structuredClone(one.state());
      one = new LiveSegments(recogniser, classify, 10);
      one.restore(state);
    });
    take();
    return kept;
  }

  /** Stretches of drawn lengths, some short, some long, some like nothing known, some missing. */
  function draw(seed: number): Float64Array {
    const random = createRandom(seed);
    const rows: number[] = [];
    while (rows.length < 9000) {
      const value = [-1, 1, 9, NaN][random.integer(random.uniform() < 0.3 ? 4 : 2)];
      const length = [6, 20, 300, 1500][random.integer(4)];
      for (let i = 0; i < length; i++) rows.push(value + 0.3 * random.normal());
    }
    // It ends in something certain.
    return Float64Array.from([-1, ...rows, ...Array<number>(200).fill(1)]);
  }

  it.each([1, 2, 9, 17])('are those of the whole recording, up to the lag: %i', (seed) => {
    const rows = draw(seed);
    const found = live(rows, seed);
    const whole = offline(rows);
    const until = 1000 + 10 * rows.length - 10 * (16 + 4 * (LIVE_LAG + 1));
    const upTo = (segments: ActivitySegment[]): unknown[] =>
      segments
        .filter(({ start }) => start < until)
        .map(({ start, end, activity }) => [start, Math.min(end, until), activity]);
    expect(upTo(found)).toEqual(upTo(whole));
    found.slice(1).forEach(({ start }, i) => expect(start).toBeGreaterThanOrEqual(found[i].end));
  });

  it('are the same whenever they are asked for', () => {
    expect(live(draw(5), 6)).toEqual(live(draw(5), 7));
  });
});
