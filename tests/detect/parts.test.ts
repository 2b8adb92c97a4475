import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conformalScore, createConformal, pastQuantile } from '../../shared/detect/conformal.ts';
import { chooseMode, defaultTrainRows } from '../../shared/detect/mode.ts';
import { createPotTail, potScore } from '../../shared/detect/pot-tail.ts';
import { createReading } from '../../shared/detect/reading.ts';
import { createRecordHold, hold } from '../../shared/detect/threshold/record-hold.ts';
import { adoptionDelay, nextTrainingRow, trainingPlan } from '../../shared/detect/schedule.ts';
import { createRandom } from '../../shared/math/prng.ts';

const series = fc.array(fc.double({ noNaN: true, min: 0, max: 10 }), { maxLength: 120 });

describe('the conformal score', () => {
  it('is the rank among the past, 0 while the past is short', () => {
    fc.assert(
      fc.property(fc.integer({ min: 31, max: 60 }), series, (valuesMax, values) => {
        const conformal = createConformal(valuesMax);
        values.forEach((a, i) => {
          const past = values.slice(Math.max(0, i - valuesMax), i);
          const rarer = past.filter((held) => held >= a).length;
          const naive = past.length < 30 ? 0 : -Math.log10((rarer + 1) / (past.length + 1));
          expect(conformalScore(conformal, a)).toBe(naive);
        });
      }),
    );
  });

  it('reaches log10(n + 1) and no more', () => {
    const conformal = createConformal(999);
    for (let i = 0; i < 999; i++) conformalScore(conformal, i % 10);
    expect(conformalScore(conformal, 1e9)).toBeCloseTo(3, 12);
  });

  it('tells quantiles of the past, 0 of none', () => {
    const conformal = createConformal(10);
    expect(pastQuantile(conformal, 0.99)).toBe(0);
    [3, 1, 2].forEach((a) => conformalScore(conformal, a));
    expect(pastQuantile(conformal, 0.5)).toBe(2);
    expect(pastQuantile(conformal, 1)).toBe(3);
  });
});

describe('the tail beyond the threshold', () => {
  function scoresOf(draw: () => number, rows: number): { tail: ReturnType<typeof createPotTail> } {
    const tail = createPotTail(4000);
    for (let i = 0; i < rows; i++) potScore(tail, draw());
    return { tail };
  }

  it('scores exponential values by their true probability, inside and far outside', () => {
    const random = createRandom(4);
    const { tail } = scoresOf(() => -Math.log(1 - random.uniform()), 4000);
    for (const v of [0.5, 1, 3, 6, 9]) {
      const truth = v / Math.LN10;
      expect(Math.abs(potScore(structuredClone(tail), v) - truth)).toBeLessThan(
        0.05 + 0.12 * truth,
      );
    }
  });

  it('grows slower over a heavy tail than over a light one', () => {
    const heavy = createRandom(5);
    const light = createRandom(5);
    const of = (draw: () => number): number => potScore(scoresOf(draw, 3000).tail, 30);
    const pareto = of(() => (1 - heavy.uniform()) ** (-1 / 3) - 1);
    expect(pareto).toBeLessThan(0.7 * of(() => -Math.log(1 - light.uniform())));
    expect(pareto).toBeGreaterThan(3);
  });

  it('is silent for 50 values, then never falls as the value grows', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 50, max: 400 }), (seed, rows) => {
        const random = createRandom(seed);
        const tail = createPotTail(200);
        for (let i = 0; i < rows; i++) {
          const score = potScore(tail, Math.abs(random.normal()));
          if (i < 50) expect(score).toBe(0);
          expect(score).toBeGreaterThanOrEqual(0);
        }
        const at = [0, 0.5, 1, 1.5, 2, 2.5, 3, 5, 10, 100];
        const scores = at.map((v) => potScore(structuredClone(tail), v));
        expect(scores).toEqual([...scores].sort((a, b) => a - b));
      }),
      { numRuns: 30 },
    );
  });

  it('gives numbers over constants', () => {
    const { tail } = scoresOf(() => 2, 300);
    expect(potScore(structuredClone(tail), 2)).toBeCloseTo(0, 12);
    const far = potScore(tail, 3);
    expect(far).toBeGreaterThan(3);
    expect(far).toBeLessThan(Infinity);
  });
});

describe('record hold', () => {
  it('emits what exceeds all of the last 200 rows by a margin', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 700 });
    fc.assert(
      fc.property(scores, (tenths) => {
        const state = createRecordHold();
        const values = tenths.map((v) => v / 20);
        values.forEach((score, row) => {
          const past = values.slice(Math.max(0, row - 200), row);
          const record = Math.max(...past, -Infinity);
          const emitted = score > record + (record > 0.5 ? 0.03 : 0);
          expect(hold(state, score)).toBe(emitted ? score : 0);
        });
      }),
    );
  });

  it('makes one alarm of a plateau and remembers little of it', () => {
    const state = createRecordHold();
    const emitted = Array.from({ length: 500 }, () => hold(state, 3));
    expect(emitted.filter((score) => score > 0)).toEqual([3]);
    expect(state.size).toBe(1);
  });
});

describe('when trainings take place', () => {
  function trainingRowsOf(mode: 'stream' | 'reference', first: number, rows: number): number[] {
    const found: number[] = [];
    for (let row = first; row <= rows; row = nextTrainingRow(mode, row)) found.push(row);
    return found;
  }

  it('is at each doubling up to 6000 rows, then every 3000 rows', () => {
    expect(trainingRowsOf('stream', 750, 20_000)).toEqual([
      750, 1500, 3000, 6000, 9000, 12_000, 15_000, 18_000,
    ]);
    expect(trainingRowsOf('stream', 64, 500)).toEqual([64, 164, 328]);
    expect(trainingRowsOf('stream', 8000, 15_000)).toEqual([8000, 11_000, 14_000]);
  });

  it('is once in reference mode', () => {
    expect(trainingRowsOf('reference', 500, 1e9)).toEqual([500]);
  });

  it('gives weights that are used later where rows come fast, before the next training', () => {
    const delays = [300_000, 5201, 5200, 100, 1, 0, NaN].map((stepMs) =>
      adoptionDelay(1, { stepMs, channels: 1, rowsToNext: 3000 }),
    );
    expect(delays).toEqual([0, 0, 1, 52, 2999, 0, 0]);
    const next = { stepMs: 1000, channels: 25, rowsToNext: 3000 };
    expect(adoptionDelay(1, next)).toBe(10);
    expect(adoptionDelay(0, next)).toBe(0);
  });

  it('is twice from scratch, then from the weights before in fewer and smaller steps', () => {
    const plans = [0, 1, 2, 9].map((index) => trainingPlan(index, 1000));
    expect(plans.map(({ fromScratch }) => fromScratch)).toEqual([true, true, false, false]);
    expect(plans[2].steps).toBeLessThan(plans[1].steps);
    expect(plans[2].learningRate).toBe(plans[1].learningRate / 2);
    expect(trainingPlan(0, 2000).steps).toBeGreaterThan(trainingPlan(0, 1999).steps);
  });
});

describe('defaults', () => {
  it('choose the mode by channels and by a given normal range, and say why', () => {
    const of = (channels: number, given: 'range' | 'rows' | 'nothing'): string =>
      chooseMode({ channels, given }).mode;
    expect([of(1, 'nothing'), of(1, 'rows'), of(4, 'nothing')]).toEqual(
      new Array(3).fill('stream'),
    );
    expect([of(1, 'range'), of(4, 'range'), of(4, 'rows')]).toEqual(new Array(3).fill('reference'));
    expect(chooseMode({ channels: 4, given: 'rows' }).reason).toBe('rows');
    expect(chooseMode({ channels: 1, given: 'range' }).reason).toBe('range');
    expect(chooseMode({ channels: 1, given: 'rows' }).reason).toBe('unnamed');
  });

  it('take a share of the rows as normal, within bounds', () => {
    expect([10, 1000, 4000, 1e6].map((rows) => defaultTrainRows('stream', rows))).toEqual([
      64, 150, 600, 750,
    ]);
    expect([10, 1000, 1e6].map((rows) => defaultTrainRows('reference', rows))).toEqual([
      64, 250, 250_000,
    ]);
  });

  it('say nothing in a new reading', () => {
    const reading = createReading(2);
    expect(reading).toMatchObject({ score: NaN, held: 0, threshold: NaN, provisional: true });
    for (const column of [reading.own, reading.halfWidth, reading.expectedLow]) {
      expect([...column]).toEqual([NaN, NaN]);
    }
  });
});
