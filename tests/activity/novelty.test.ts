/** What was never labelled, told from what a recording shows elsewhere. */
import { describe, expect, it } from 'vitest';
import { fitNovelty } from '../../shared/activity/fit-novelty.ts';
import { novelWindows } from '../../shared/activity/novelty-track.ts';
import { recogniserNetwork } from '../../shared/activity/recogniser.ts';
import { summaryOf, summarySize } from '../../shared/activity/summary.ts';
import { readFeatures, type LabelledSpan } from '../../shared/activity/windows.ts';
import { stayTransitions } from '../../shared/activity/viterbi.ts';
import { createRandom } from '../../shared/math/prng.ts';

const scale = { mean: Float64Array.of(1, 0), deviation: Float64Array.of(2, 1) };

describe('the summary of a window', () => {
  it('holds means, spreads, steps and how channels go together', () => {
    const wave = [0, 1, 0, -1, 0, 1, 0, -1];
    const window = Float32Array.from(wave.flatMap((x) => [5 + 2 * x, -x]));
    const summary = summaryOf(window, scale, 2);
    expect(summary).toHaveLength(summarySize(2, 2));
    const [m0, m1, s0, s1, d0, d1, r] = summary;
    expect([m0, m1]).toEqual([2, 0]);
    expect(s0).toBeCloseTo(Math.log(1e-3 + Math.SQRT1_2), 9);
    expect(s1).toBeCloseTo(s0, 9);
    expect(d0).toBeCloseTo(Math.log(1e-3 + 1), 9);
    expect(d1).toBeCloseTo(d0, 9);
    expect(r).toBeCloseTo(-1, 9);
  });

  it('is finite for channels that do not move, and leaves pairs out where there are many', () => {
    expect([...summaryOf(new Float32Array(16).fill(3), scale, 2)].every(Number.isFinite)).toBe(
      true,
    );
    expect(summarySize(9, 9)).toBe(27);
  });
});

describe('novelty', () => {
  const plan = { channels: 1, triplets: [], acceleration: null };
  const spec = {
    ...{ classes: ['low', 'high'], channels: ['x'], plan, stepMs: 10, window: 16, hop: 8 },
    network: recogniserNetwork('conv-gru', plan, 2),
  };
  const one = { mean: Float64Array.of(0), deviation: Float64Array.of(1) };
  const LENGTH = 1600;

  /** Stretches of these levels, all shifted by how this person is. */
  function record(levels: readonly number[], person: number, seed: number) {
    const random = createRandom(seed);
    const values = levels.flatMap((level) => {
      return Array.from({ length: LENGTH }, () => level + person + 0.1 * random.normal());
    });
    const valid = new Uint8Array(values.length).fill(1);
    return { start: 0, stepMs: 10, channels: 1, values: Float32Array.from(values), valid };
  }
  const people = [-1, -0.6, -0.2, 0.2, 0.6, 1];
  const recordingsOf = (draw: number) =>
    people.map((person, i) => record([0, 3, 0, 3], person, 100 * draw + i));
  const spans: LabelledSpan[] = people.flatMap((_, recording) =>
    [0, 1, 0, 1].map((label, i) => {
      return { recording, first: i * LENGTH, last: (i + 1) * LENGTH - 1, label };
    }),
  );
  const names = people.map(String);
  const groups = { groups: names, sessions: names, logTransitions: stayTransitions(2, 0.999) };
  const features = readFeatures(recordingsOf(0), plan, 1);
  const fit = (draw: number) => {
    const own = readFeatures(recordingsOf(draw), plan, 1);
    return fitNovelty({ spec, features: own, scale: one, spans, ...groups })!;
  };
  const novelty = fit(0);

  /** Rows and recognised classes of levels, one window every `hop`. */
  function seen(levels: readonly number[], person: number, draw = 0) {
    const { values } = record(levels, person, 100 * draw + 99);
    const rows: Float64Array[] = [];
    for (let at = 0; at + 16 <= values.length; at += 8) {
      rows.push(summaryOf(values.subarray(at, at + 16), one, 1));
    }
    const classes = rows.map((row) => (row[0] > 2.2 ? 1 : 0));
    const shareIn = (isNovel: readonly boolean[], level: number): number => {
      const own = rows.flatMap((_, i) => {
        const [first, last] = [8 * i - 32, 8 * i + 16 + 32].map((at) => Math.floor(at / LENGTH));
        return first === level && last === level ? [isNovel[i]] : [];
      });
      return own.filter(Boolean).length / own.length;
    };
    return { rows, classes, shareIn };
  }

  it('is what lies far from everything', () => {
    const { rows, classes, shareIn } = seen([0, 3, 9, 3], 0.3);
    const [isNovel] = novelWindows(novelty, [{ rows, classes }]);
    expect(shareIn(isNovel, 2)).toBe(1);
    for (const level of [0, 1, 3]) expect(shareIn(isNovel, level)).toBeLessThan(0.2);
  });

  it('is what a person could do, were he another', () => {
    // 1.5 away from how this person is there; others come near it.
    const { rows, classes, shareIn } = seen([0, 3, 1.5, 3], -0.3);
    const [isNovel] = novelWindows(novelty, [{ rows, classes }]);
    expect(shareIn(isNovel, 2)).toBe(1);
    for (const level of [0, 1, 3]) expect(shareIn(isNovel, level)).toBeLessThan(0.2);
  });

  it('spares what is known of people who were never seen', () => {
    // One draw of six people says little of what five in a hundred are.
    const shares = [1, 2, 3, 4, 5].flatMap((draw) => {
      const own = fit(draw);
      return [-0.8, -0.5, -0.1, 0.3, 0.7, 0.9].flatMap((person) => {
        const { rows, classes, shareIn } = seen([3, 0, 3, 0], person, draw);
        const [isNovel] = novelWindows(own, [{ rows, classes }]);
        return [0, 1, 2, 3].map((level) => shareIn(isNovel, level));
      });
    });
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    expect(mean).toBeLessThan(0.08);
    expect(mean).toBeGreaterThan(0);
  });

  it('is told by what came later too, but not by what came long after', () => {
    // What is new comes first; what it was taken for shows itself only then.
    const soon = seen([1.5, 0, 3], -0.3);
    const [isNovel] = novelWindows(novelty, [soon]);
    expect(soon.shareIn(isNovel, 0)).toBe(1);
    const late = seen([1.5, 1.5, 1.5, 0, 3], -0.3);
    const [wasNovel] = novelWindows(novelty, [late]);
    expect(late.shareIn(wasNovel, 0)).toBe(0);
    expect(late.shareIn(wasNovel, 2)).toBe(1);
  });

  it('is not judged where labels are too few', () => {
    const few = spans.slice(0, 2).map((span) => ({ ...span, last: span.first + 60 }));
    expect(fitNovelty({ spec, features, scale: one, spans: few, ...groups })).toBeNull();
  });
});
