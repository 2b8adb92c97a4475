/** Our measures against the official scorers' answers on the same made-up series. */
import { describe, expect, it } from 'vitest';
import {
  probationRows,
  scoreNab,
  sweepNab,
  type NabProfile,
} from '../../../shared/detect/evaluate/nab.ts';
import {
  addConfusions,
  aucPr,
  aucRoc,
  bestF1,
  confusionOf,
  ratesOf,
  runsOf,
} from '../../../shared/detect/evaluate/points.ts';
import {
  isUcrHit,
  scoreSequences,
  sequenceRates,
} from '../../../shared/detect/evaluate/sequences.ts';
import { vus } from '../../../shared/detect/evaluate/vus.ts';
import { labelledScores, nabFiles } from './made-series.ts';

/** Digits after the point that agree: 1e-6. */
const DIGITS = 6;
const { labels, scores } = labelledScores();

describe('NAB', () => {
  const sweep = sweepNab(nabFiles());

  it.each<[NabProfile, number, number, number]>([
    ['standard', 21.12510849062949, 0.989, 19],
    ['lowFp', 15.422460755876719, 0.998, 2],
    ['lowFn', 30.009690493512704, 0.989, 19],
  ])('%s at the best threshold', (profile, normalised, threshold, falseRows) => {
    const score = scoreNab(sweep, profile, null);
    expect(score.normalised).toBeCloseTo(normalised, DIGITS);
    expect(score).toMatchObject({ threshold, falseRows });
  });

  it.each<[NabProfile, number]>([
    ['standard', 16.527666450074772],
    ['lowFp', -11.199555617548413],
    ['lowFn', 26.826846003897895],
  ])('%s at a fixed threshold', (profile, normalised) => {
    const score = scoreNab(sweep, profile, 0.985);
    expect(score.normalised).toBeCloseTo(normalised, DIGITS);
    expect(score.falseRows).toBe(23);
  });

  it('weighs files: twice each is as once, one alone is itself', () => {
    const once = scoreNab(sweep, 'standard', 0.985);
    expect(scoreNab(sweep, 'standard', 0.985, [2, 2, 2]).normalised).toBeCloseTo(
      once.normalised,
      DIGITS,
    );
    const alone = scoreNab(sweepNab(nabFiles().slice(0, 1)), 'standard', 0.985);
    expect(scoreNab(sweep, 'standard', 0.985, [1, 0, 0]).normalised).toBeCloseTo(
      alone.normalised,
      DIGITS,
    );
  });

  it('is 0 in silence and 100 when every window is met at its first row', () => {
    const silent = nabFiles().map((file) => ({ ...file, scores: file.scores.map(() => 0) }));
    expect(scoreNab(sweepNab(silent), 'standard', 0.5).normalised).toBe(0);
    const knowing = silent.slice(0, 2).map((file) => {
      const starts = file.windows.map(([start]) => start);
      return { ...file, scores: file.t.map((t) => (starts.includes(t) ? 1 : 0)) };
    });
    expect(scoreNab(sweepNab(knowing), 'standard', 0.5).normalised).toBeCloseTo(100, 0);
  });

  it('does not count the first rows', () => {
    expect([100, 4032, 5000, 22_695].map(probationRows)).toEqual([15, 604, 750, 750]);
  });
});

describe('points', () => {
  it('areas under the curves', () => {
    expect(aucPr(labels, scores)).toBeCloseTo(0.49995254215978613, DIGITS);
    expect(aucRoc(labels, scores)).toBeCloseTo(0.844021732489991, DIGITS);
    const best = bestF1(labels, scores);
    expect(best.f1).toBeCloseTo(0.4975609756097561, DIGITS);
    expect(best.threshold).toBe(1.35);
  });

  it('volumes under the surfaces', () => {
    const wide = vus(labels, scores);
    expect(wide.pr).toBeCloseTo(0.5534924687308391, DIGITS);
    expect(wide.roc).toBeCloseTo(0.8964948526828243, DIGITS);
    const narrow = vus(labels, scores, 20);
    expect(narrow.pr).toBeCloseTo(0.4750469784442387, DIGITS);
    expect(narrow.roc).toBeCloseTo(0.8488861807756287, DIGITS);
  });

  it('SKAB: one confusion of all rows', () => {
    const flags = scores.map((score) => (score >= 1.2 ? 1 : 0));
    const whole = confusionOf(labels, flags);
    expect(whole).toEqual({ tp: 108, fp: 156, fn: 79, tn: 1157 });
    const { f1, far, mar } = ratesOf(whole);
    expect(f1).toBeCloseTo(0.4789356984478936, DIGITS);
    expect(far).toBeCloseTo(11.881188118811881, DIGITS);
    expect(mar).toBeCloseTo(42.24598930481283, DIGITS);
    const halves = [0, 750].map((from) =>
      confusionOf(labels.subarray(from, from + 750), flags.subarray(from, from + 750)),
    );
    expect(addConfusions(halves)).toEqual(whole);
  });

  it('runs of flags', () => {
    expect(runsOf([1, 1, 0, 0, 1, 0, 1])).toEqual([
      [0, 1],
      [4, 4],
      [6, 6],
    ]);
    expect(runsOf([0, 0])).toEqual([]);
  });
});

describe('sequences', () => {
  const truth = runsOf(labels);
  const predicted = [
    [90, 99],
    [101, 450],
    [470, 565],
    [700, 710],
    [1290, 1300],
  ] as const;

  it('SMAP: the first labelled one that is met, or all', () => {
    const strict = scoreSequences(truth, predicted);
    expect(strict).toEqual({ tp: 3, fp: 2, fn: 1 });
    expect(scoreSequences(truth, predicted, true)).toEqual({ tp: 4, fp: 2, fn: 0 });
    const rates = sequenceRates([strict]);
    expect(rates.precision).toBeCloseTo(0.6, DIGITS);
    expect(rates.recall).toBeCloseTo(0.75, DIGITS);
    expect(rates.f1).toBeCloseTo(0.6666666666666665, DIGITS);
    expect(sequenceRates([]).f1).toBe(0);
  });

  it('UCR: the highest score behind training, within reach', () => {
    const peak = (row: number): Float64Array =>
      new Float64Array(2000).fill(0).fill(1, row, row + 1);
    const hit = (row: number): boolean => isUcrHit(peak(row), 500, [1000, 1050]);
    expect([899, 901, 900, 1149, 1150].map(hit)).toEqual([false, true, false, true, false]);
    expect(isUcrHit(peak(100), 500, [590, 650])).toBe(true);
  });
});
