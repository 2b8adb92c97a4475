import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absorbShortRuns, runsOf } from '../../shared/activity/runs.ts';
import {
  cautiousEnd,
  createViterbiState,
  followViterbi,
  learntTransitions,
  OPEN_WINDOWS,
  openPath,
  stayTransitions,
  viterbi,
} from '../../shared/activity/viterbi.ts';
import { createRandom } from '../../shared/math/prng.ts';

const C = 3;

/** Probabilities [n, C] by a seed. */
function probabilities(n: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const rows = Array.from({ length: n }, () => {
    const row = Array.from({ length: C }, () => random.uniform() ** 3);
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((p) => p / sum);
  });
  return Float64Array.from(rows.flat());
}

/** Of every path there is, the likeliest. */
function byTrial(p: Float64Array, logA: Float64Array): number[] {
  const n = p.length / C;
  let best = { total: -Infinity, path: [] as number[] };
  for (let code = 0; code < C ** n; code++) {
    const path = Array.from({ length: n }, (_, t) => Math.floor(code / C ** t) % C);
    const total = path.reduce((sum, c, t) => {
      const step = t === 0 ? 0 : logA[path[t - 1] * C + c];
      return sum + step + Math.log(p[t * C + c] + 1e-6);
    }, 0);
    if (total > best.total) best = { total, path };
  }
  return best.path;
}

describe('viterbi', () => {
  it('finds what trying every path finds', () => {
    for (let seed = 0; seed < 20; seed++) {
      const p = probabilities(6, seed);
      const logA = stayTransitions(C, 0.6 + 0.015 * seed);
      expect([...viterbi(p, C, logA)], `seed ${seed}`).toEqual(byTrial(p, logA));
    }
  });

  it('rides over single doubtful windows, and follows a lasting change', () => {
    const row = (c: number, p: number): number[] => {
      return Array.from({ length: C }, (_, i) => (i === c ? p : (1 - p) / (C - 1)));
    };
    const rows = [0, 0, 0, 1, 0, 0, 2, 2, 2, 2, 2, 2].map((c) => row(c, 0.9));
    const path = viterbi(Float64Array.from(rows.flat()), C, stayTransitions(C, 0.999));
    expect([...path]).toEqual([0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2]);
  });

  it('answers nothing for nothing, and one class alone', () => {
    expect([...viterbi(new Float64Array(0), C, stayTransitions(C, 0.9))]).toEqual([]);
    expect([...viterbi(Float64Array.of(1, 1), 1, stayTransitions(1, 0.9))]).toEqual([0, 0]);
  });

  it('live knows after every window what it would find over all so far', () => {
    const n = 70;
    const p = probabilities(n, 5);
    const logA = stayTransitions(C, 0.99);
    const state = createViterbiState();
    for (let t = 0; t < n; t++) {
      followViterbi(state, p.subarray(t * C, (t + 1) * C), logA);
      expect([...openPath(state)]).toEqual([...viterbi(p.slice(0, (t + 1) * C), C, logA)]);
    }
  });

  it('live forgets what can no longer change, and goes on from a copy of its state', () => {
    const n = OPEN_WINDOWS + 40;
    const p = probabilities(n, 6);
    const logA = stayTransitions(C, 0.99);
    let state = createViterbiState();
    for (let t = 0; t < n; t++) {
      followViterbi(state, p.subarray(t * C, (t + 1) * C), logA);
      state = structuredClone(state);
    }
    expect([...openPath(state)]).toEqual([...viterbi(p, C, logA)].slice(-OPEN_WINDOWS));
  });

  it('live believes in a change when it would pay for the way back too', () => {
    const logA = stayTransitions(C, 0.99);
    const row = (c: number): number[] => Array.from({ length: C }, (_, i) => (i === c ? 0.8 : 0.1));
    const state = createViterbiState();
    const ends = [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1].map((c) => {
      followViterbi(state, row(c), logA);
      return { likeliest: openPath(state).at(-1), cautious: cautiousEnd(state, logA, 0) };
    });
    // ln(.8 / .1) = 2.08 a window; ln(.99 / .005) = 5.29 for a change.
    expect(ends.map(({ likeliest }) => likeliest)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
    expect(ends.map(({ cautious }) => cautious)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
    // Once it was said, nothing is left to pay; where nothing was said, nothing ever was.
    expect(cautiousEnd(state, logA, 1)).toBe(1);
    expect(cautiousEnd(state, logA, null)).toBe(1);
  });

  it('live does not say what it would take back, and follows what lasts', () => {
    // 5 windows of ln(.75 / .125) = 1.79 outweigh one change of 5.29, and not two.
    const isOther = (t: number): boolean => t >= 300 || (t % 50 >= 20 && t % 50 < 25);
    const n = 400;
    const rows = Array.from({ length: n }, (_, t) => {
      return Array.from({ length: C }, (__, c) => (c === (isOther(t) ? 1 : 0) ? 0.75 : 0.125));
    });
    const logA = stayTransitions(C, 0.99);
    const whole = [...viterbi(Float64Array.from(rows.flat()), C, logA)];
    const lag = 4;
    const sayings = (isCautious: boolean): number[] => {
      const state = createViterbiState();
      const said: number[] = [];
      for (const row of rows) {
        followViterbi(state, row, logA);
        const before = isCautious ? (said.at(-1) ?? null) : null;
        const path = openPath(state, cautiousEnd(state, logA, before));
        if (path.length > lag) said.push(path[path.length - 1 - lag]);
      }
      return said;
    };
    expect(runsOf(whole)).toHaveLength(2);
    expect(runsOf(sayings(false)).length).toBeGreaterThan(10);
    const changes = runsOf(sayings(true));
    expect(changes.map(({ value }) => value)).toEqual([0, 1]);
    expect(changes[1].first).toBeGreaterThanOrEqual(300);
    expect(changes[1].first).toBeLessThanOrEqual(303);
  });

  it('learns the order of activities: rows sum to one, what was seen is likelier', () => {
    const logA = learntTransitions([[0, 1, 2, 0, 1, 2]], C, 0.999, 0.1);
    for (let b = 0; b < C; b++) {
      const row = [...logA.subarray(b * C, (b + 1) * C)].map(Math.exp);
      expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
      expect(row[b]).toBeCloseTo(0.999, 12);
    }
    expect(logA[1 * C + 2]).toBeGreaterThan(logA[1 * C + 0]);
    expect(logA[2 * C + 0]).toBeGreaterThan(logA[2 * C + 1]);
  });
});

describe('runs', () => {
  it('cover a sequence without gap or overlap', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 })), (sequence) => {
        const again = runsOf(sequence).flatMap(({ value, first, last }) => {
          return new Array<number>(last - first + 1).fill(value);
        });
        expect(again).toEqual(sequence);
      }),
    );
  });

  it('that are short go to the longer neighbour', () => {
    expect(absorbShortRuns([0, 0, 0, 1, 2, 2], 2)).toEqual([0, 0, 0, 0, 2, 2]);
    expect(absorbShortRuns([1, 0, 0], 2)).toEqual([0, 0, 0]);
    expect(absorbShortRuns([1], 5)).toEqual([1]);
  });

  it('are all long enough afterwards, or one', () => {
    const sequences = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(sequences, fc.integer({ min: 1, max: 8 }), (sequence, lengthMin) => {
        const runs = runsOf(absorbShortRuns([...sequence], lengthMin));
        const short = runs.filter(({ first, last }) => last - first + 1 < lengthMin);
        expect(runs.length === 1 || short.length === 0).toBe(true);
      }),
    );
  });
});
