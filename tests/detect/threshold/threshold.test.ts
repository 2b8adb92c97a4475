import { describe, expect, it } from 'vitest';
import {
  alarmRate,
  countAlarms,
  replayThreshold,
  tuneThreshold,
} from '../../../shared/detect/threshold/replay.ts';
import { RECIPE } from '../../../shared/detect/recipe.ts';
import { defaultThreshold, JUDGES, Threshold } from '../../../shared/detect/threshold/threshold.ts';
import { createPeaks, tailQuantile } from '../../../shared/detect/threshold/peaks.ts';
import {
  THRESHOLD_METHODS,
  THRESHOLD_WORDS,
  type ThresholdMethod,
} from '../../../shared/domain/threshold.ts';
import { createRandom } from '../../../shared/math/prng.ts';

const MINUTE_MS = 60_000;
const TRAIN_ROWS = 1000;
const none = new Float64Array(0);

/** Scores of a quiet machine: −log10 of a uniform p. */
function quiet(rows: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: rows }, () => -Math.log10(1 - random.uniform()));
}

/** A burst of 12 rows far above everything. */
function withBurst(scores: Float64Array, row: number): Float64Array {
  return scores.map((score, i) => (i >= row && i < row + 12 ? 12 + 0.3 * (i - row) : score));
}

const specOf = (method: ThresholdMethod) => {
  return { method, parameter: JUDGES[method].defaultParameter };
};

describe.each(THRESHOLD_METHODS)('%s', (method) => {
  const training = quiet(TRAIN_ROWS, 1);

  it('alarms in a burst, and hardly in a quiet stream', () => {
    for (const seed of [2, 3, 4]) {
      const scores = withBurst(quiet(6000, seed), 4000);
      const alarms = replayThreshold(specOf(method), scores, training);
      const inBurst = alarms.filter((row) => row >= 4000 && row < 4015);
      expect([seed, inBurst.length > 0]).toEqual([seed, true]);
      expect(countAlarms(method, alarms)).toBeLessThan(25);
    }
  });

  it('alarms less the stricter it is', () => {
    const { strict, lax } = JUDGES[method];
    const scores = quiet(8000, 5);
    const counts = [strict, Math.sqrt(strict * lax), lax].map((parameter) =>
      countAlarms(method, replayThreshold({ method, parameter }, scores, training)),
    );
    expect(counts[0]).toBeLessThanOrEqual(counts[1]);
    expect(counts[1]).toBeLessThanOrEqual(counts[2]);
    expect(counts[2]).toBeGreaterThan(0);
  });

  it('goes on from a stored state with the same answers', () => {
    const scores = withBurst(quiet(3000, 6), 2500);
    const spec = specOf(method);
    const whole = new Threshold(spec, training);
    const all = Array.from(scores, (score) => [whole.push(score), whole.value]);
    const first = new Threshold(spec, training);
    scores.subarray(0, 1700).forEach((score) => first.push(score));
    const second = Threshold.restore(spec, structuredClone(first.state()));
    const rest = Array.from(scores.subarray(1700), (score) => [second.push(score), second.value]);
    expect(rest).toEqual(all.slice(1700));
  });

  it('passes over what was not scored', () => {
    const scores = withBurst(quiet(3000, 7), 2000);
    const holes = Float64Array.from([...scores.subarray(0, 50), NaN, NaN, ...scores.subarray(50)]);
    const plain = replayThreshold(specOf(method), scores, training);
    const shifted = replayThreshold(specOf(method), holes, training);
    expect([...shifted]).toEqual(Array.from(plain, (row) => (row < 50 ? row : row + 2)));
  });

  it('keeps the alarms a day that were asked for, and nearly so afterwards', () => {
    const scores = quiet(60_000, 8);
    const half = scores.subarray(0, 30_000);
    const perDay = 2;
    const spec = tuneThreshold(method, perDay, half, MINUTE_MS, training);
    const before = alarmRate(spec, perDay, half, MINUTE_MS, training);
    expect(before.realised).toBeLessThanOrEqual(perDay);
    const after = alarmRate(spec, perDay, scores.subarray(30_000), MINUTE_MS, half);
    expect(after.days).toBeCloseTo(30_000 / 1440, 6);
    expect(after.realised).toBeLessThan(4 * perDay);
  });

  it('has words in both languages', () => {
    expect(THRESHOLD_WORDS.en[method]).toMatch(/\.$/);
    expect(THRESHOLD_WORDS['zh-CN'][method]).toMatch(/。$/);
  });
});

describe('methods', () => {
  it('are record hold for streams and the training range for references', () => {
    expect(defaultThreshold('stream')).toEqual({ method: 'record-hold', parameter: 2.8 });
    expect(defaultThreshold('reference')).toEqual({ method: 'training-range', parameter: 1.45 });
  });

  it('record hold gives one alarm of a rising burst, and of the next one if it is higher', () => {
    const rising = [1, 1, 5, 5.01, 5.02, 5.5, 1, 1, 6, 1];
    const calm = new Array<number>(RECIPE.alarm.burstRows + 1).fill(1);
    const rowsOf = (scores: number[]): number[] => [
      ...replayThreshold(specOf('record-hold'), Float64Array.from(scores)),
    ];
    expect(rowsOf([...rising, ...calm, 6.02, 1])).toEqual([2]);
    expect(rowsOf([...rising, ...calm, 6.04, 1])).toEqual([2, rising.length + calm.length]);
  });

  it('the training range gives way to a machine that has grown, by a root', () => {
    const training = quiet(TRAIN_ROWS, 9);
    const threshold = new Threshold(specOf('training-range'), training);
    const before = threshold.value;
    quiet(6000, 10).forEach((score) => threshold.push(4 * score));
    expect(threshold.value / before).toBeCloseTo(2, 0);
  });

  it('the training range tells what comes again three times, then only what is stronger', () => {
    const training = quiet(TRAIN_ROWS, 13).map(() => 1);
    const bursts = [1.6, 1.6, 1.6, 1.6, 1.7, 1.8, 1.6, 9, 9, 9, 9, 9];
    const scores = new Float64Array(100 * bursts.length + 7000).fill(1);
    bursts.forEach((height, i) => scores.fill(height, 100 * i + 50, 100 * i + 53));
    scores.fill(1.6, scores.length - 10, scores.length - 7);
    const told = replayThreshold(specOf('training-range'), scores, training);
    const of = (burst: number): number =>
      told.filter((row) => Math.floor(row / 100) === burst).length;
    expect(bursts.map((_, i) => of(i))).toEqual([3, 3, 3, 0, 0, 3, 0, 3, 3, 3, 3, 3]);
    // Forgotten after 5000 rows.
    expect(told.filter((row) => row > 100 * bursts.length)).toHaveLength(3);
  });

  it('adaptive comes to the share it promised when the scores grow', () => {
    const target = 0.01;
    const scores = quiet(40_000, 11).map((score, i) => (i > 10_000 ? 1.5 * score : score));
    const spec = { method: 'adaptive', parameter: target } as const;
    const alarms = replayThreshold(spec, scores, none).filter((row) => row > 20_000);
    expect(alarms.length / 20_000).toBeGreaterThan(target / 3);
    expect(alarms.length / 20_000).toBeLessThan(3 * target);
  });

  it('dspot follows a level that wanders, where spot does not', () => {
    const scores = quiet(20_000, 12).map((score, i) => score + 4 * Math.sin(i / 700));
    const count = (method: ThresholdMethod): number =>
      countAlarms(method, replayThreshold(specOf(method), scores, scores.subarray(0, 1000)));
    expect(count('dspot')).toBeLessThan(count('spot'));
  });

  it('count alarms close together once', () => {
    expect(countAlarms('fixed', [0, 5, 25, 46])).toBe(2);
    expect(countAlarms('record-hold', [0, 150, 350, 551])).toBe(2);
  });

  it('answer the laxest parameter when even that is quiet enough', () => {
    const spec = tuneThreshold('fixed', 1000, new Float64Array(1440), MINUTE_MS);
    expect(spec.parameter).toBe(JUDGES.fixed.lax);
  });
});

describe('the tail of peaks', () => {
  it('reads off quantiles of an exponential', () => {
    const peaks = createPeaks(quiet(50_000, 13));
    for (const q of [1e-2, 1e-3, 1e-4]) {
      expect(Math.abs(tailQuantile(peaks, q) + Math.log10(q))).toBeLessThan(0.25);
    }
  });

  it('promises nothing from a handful of values', () => {
    expect(tailQuantile(createPeaks(Float64Array.of(1, 2, 3)), 1e-3)).toBe(Infinity);
  });
});
