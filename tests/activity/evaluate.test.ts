import { describe, expect, it } from 'vitest';
import {
  calibrationError,
  fitTemperature,
  reliabilityCurve,
  softmax,
} from '../../shared/activity/calibration.ts';
import {
  boundaryDelays,
  editScore,
  matchSegments,
  scoreWindows,
  segmentF1,
} from '../../shared/activity/evaluate.ts';
import { createRandom } from '../../shared/math/prng.ts';

const spread = (...parts: readonly (readonly [number, number])[]): number[] =>
  parts.flatMap(([value, length]) => new Array<number>(length).fill(value));

describe('scores of windows', () => {
  it('are those of the definitions', () => {
    const scores = scoreWindows([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 2, 2], 3);
    expect(scores.accuracy).toBeCloseTo(4 / 6, 12);
    expect(scores.perClass[0]).toEqual({ count: 3, precision: 1, recall: 2 / 3, f1: 0.8 });
    expect(scores.macroF1).toBeCloseTo((0.8 + 0.5 + 2 / 3) / 3, 12);
    expect(scores.balancedAccuracy).toBeCloseTo((2 / 3 + 0.5 + 1) / 3, 12);
    expect(scores.confusion[1]).toEqual([0, 1, 1, 0]);
  });

  it('leave classes out that do not occur, and count what is unknown apart', () => {
    const scores = scoreWindows([0, 0, 1], [0, 3, 1], 3);
    expect(scores.perClass[2]).toBeNull();
    expect(scores.confusion[0]).toEqual([1, 0, 0, 1]);
    expect(scores.perClass[0]?.recall).toBe(0.5);
  });
});

describe('scores of segments', () => {
  const truth = spread([0, 10], [-1, 4], [1, 10], [0, 10]);

  it('a perfect answer hits all of them', () => {
    const found = spread([0, 12], [1, 12], [0, 10]);
    const counts = matchSegments(truth, found, 0.5);
    expect(counts).toEqual({ hits: 3, falsePositives: 0, misses: 0 });
    expect(segmentF1([counts])).toBe(1);
    expect(editScore(truth, found)).toBe(1);
  });

  it('one broken in two hits once', () => {
    const found = spread([0, 12], [1, 8], [2, 2], [1, 2], [0, 10]);
    expect(matchSegments(truth, found, 0.5)).toEqual({ hits: 3, falsePositives: 2, misses: 0 });
    expect(editScore(truth, found)).toBeCloseTo(1 - 2 / 5, 12);
  });

  it('too small an overlap is a miss and a false alarm', () => {
    const found = spread([0, 10], [1, 4], [1, 4], [0, 16]);
    expect(matchSegments(truth, found, 0.5)).toEqual({ hits: 2, falsePositives: 1, misses: 1 });
    expect(matchSegments(truth, found, 0.25)).toEqual({ hits: 3, falsePositives: 0, misses: 0 });
  });

  it('what lies on unlabelled samples does not count', () => {
    const found = spread([0, 10], [2, 4], [1, 10], [0, 10]);
    expect(matchSegments(truth, found, 0.5).falsePositives).toBe(0);
  });

  it('tells how late changes were', () => {
    const found = spread([0, 15], [1, 12], [0, 7]);
    expect(boundaryDelays(truth, found, 5)).toEqual([1, 3]);
    expect(boundaryDelays(truth, found, 2)).toEqual([1]);
  });
});

describe('probabilities', () => {
  const random = createRandom(3);
  const truth = Array.from({ length: 2000 }, () => random.integer(3));
  /** Scores of a judge who is right in softmax terms at temperature 1, then sharpened by 2.5. */
  const honest = truth.map((y) => {
    const noise = [0, 1, 2].map(() => 1.2 * random.normal());
    return noise.map((e, c) => e + (c === y ? 1.44 : 0));
  });
  const sharp = Float64Array.from(honest.flat().map((s) => 2.5 * s));

  it('are scaled to mean what they say', () => {
    const τ = fitTemperature(sharp, truth);
    expect(τ).toBeGreaterThan(1.8);
    expect(τ).toBeLessThan(3.2);
    const at = (temperature: number): number => {
      const rows = truth.map((_, i) => softmax(sharp.subarray(3 * i, 3 * i + 3), temperature));
      const all = Float64Array.from(rows.flatMap((row) => [...row]));
      return calibrationError(reliabilityCurve(all, truth));
    };
    expect(at(τ)).toBeLessThan(0.5 * at(1));
  });

  it('sum to one, whatever the scores', () => {
    const p = softmax([1000, 999, -1e6]);
    expect(p.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(p[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
  });
});
