/** What is read where nothing was measured, and that nothing is learnt or scored there. */
import { describe, expect, it } from 'vitest';
import { decayOf, fade, followUsual } from '../../shared/detect/decay.ts';
import { Detector } from '../../shared/detect/detector.ts';
import { channelColumn, scoreColumnNames } from '../../shared/domain/score.ts';
import { cholesky } from '../../shared/math/cholesky.ts';
import { leaveOut, marginalSquared } from '../../shared/math/marginal.ts';
import { createRandom } from '../../shared/math/prng.ts';
import { createForecaster } from '../../shared/model/forecaster.ts';
import { referenceStepper } from '../../shared/model/stepper.ts';
import { createBatch, fillBatch, fitShape } from '../../shared/train/chunks.ts';
import { machine, specOf } from './run-detector.ts';

const SCALE = { centre: 0, scale: 1 };

/** z' = γ z + noise, of variance 1. */
function forgetful(gamma: number, rows: number): Float64Array {
  const random = createRandom(3);
  let z = 0;
  return Float64Array.from({ length: rows }, () => {
    z = gamma * z + Math.sqrt(1 - gamma * gamma) * random.normal();
    return z;
  });
}

describe('a missing value', () => {
  it.each([0, 0.5, 0.9])('fades as fast as the channel forgets: %d a row', (gamma) => {
    const values = forgetful(gamma, 20_000);
    expect(decayOf(values, SCALE)).toBeCloseTo(gamma, 1);
  });

  it('fades as fast where only every third row has a value', () => {
    const values = forgetful(0.9, 30_000).map((z, row) => (row % 3 === 0 ? z : NaN));
    expect(decayOf(values, SCALE)).toBeCloseTo(0.9, 1);
  });

  it('is held where nothing moves or nothing is known', () => {
    expect(decayOf(new Float64Array(100), SCALE)).toBe(1);
    expect(decayOf(new Float64Array(100).fill(NaN), SCALE)).toBe(1);
  });

  it('goes from the last one to what was usual lately', () => {
    let usual = NaN;
    for (let i = 0; i < 500; i++) usual = followUsual(usual, 2);
    let z = 6;
    const path = Array.from({ length: 60 }, () => (z = fade(z, usual, 0.8)));
    expect(path[0]).toBeCloseTo(2 + 0.8 * 4, 12);
    expect(path.every((value, i) => i === 0 || value < path[i - 1])).toBe(true);
    expect(path[59]).toBeCloseTo(2, 4);
    expect(fade(NaN, NaN, 0.8)).toBe(0);
  });
});

const ROWS = 200;
const isGone = (k: number, row: number): boolean => k === 1 && row % 7 < 2;

function holed(fill: number): ReturnType<typeof machine> {
  const batch = machine({ rows: ROWS + 60, channels: 2, seed: 8 });
  batch.columns.forEach((column, k) => {
    for (let row = 0; row < column.length; row++) if (isGone(k, row)) column[row] = fill;
  });
  return batch;
}

describe.each(['stream', 'reference'] as const)('where nothing was measured, %s mode', (mode) => {
  const batch = holed(NaN);
  const detector = new Detector(specOf(mode, 2, ROWS), referenceStepper);
  const out = new Float64Array(scoreColumnNames(['a', 'b']).length);
  const values = new Float64Array(2);
  const pushRow = (row: number): void => {
    batch.columns.forEach((column, k) => (values[k] = column[row]));
    detector.push(batch.t[row], values, out);
  };
  for (let row = 0; row < ROWS; row++) pushRow(row);
  const request = detector.trainingDue()!;

  it('learns towards nothing at any horizon, 1, 4 or 16 rows ahead', () => {
    const { measured, inputs, targets, rows } = request;
    const D = inputs.length / rows;
    const series = { rows, inputs, targets, measured: measured!, D, K: 2 };
    const shape = fitShape(rows, { T: 48, B: 1, warmup: 16, horizons: [1, 4, 16] });
    const filled = createBatch(series, shape);
    const start = 5;
    fillBatch(filled, series, shape, [start]);
    let left = 0;
    for (let step = shape.warmup; step < shape.T; step++) {
      shape.horizons.forEach((h, j) => {
        for (let k = 0; k < 2; k++) {
          const weight = filled.weight[(step * 3 + j) * 2 + k];
          expect(weight > 0).toBe(!isGone(k, start + step + h));
          if (weight === 0) left++;
        }
      });
    }
    expect(left).toBeGreaterThan(20);
    expect(inputs.every(Number.isFinite)).toBe(true);
  });

  it('tells no residual, and no score where no channel has a value', () => {
    detector.adopt(createForecaster(request.spec, 1));
    for (let row = ROWS; row < ROWS + 60; row++) {
      pushRow(row);
      expect(Number.isNaN(out[channelColumn(1, 'residual')])).toBe(isGone(1, row));
      expect(Number.isFinite(out[channelColumn(0, 'residual')])).toBe(true);
      expect(Number.isFinite(out[0])).toBe(true);
      if (isGone(1, row)) expect(detector.reading.own[1] === 0 || mode === 'reference').toBe(true);
    }
    values.fill(NaN);
    detector.push(batch.t.at(-1)! + 60_000, values, out);
    expect(out[0]).toBeNaN();
    expect(out[1]).toBe(0);
  });
});

describe('a distance of which some coordinates are not known', () => {
  it('is that of the known ones alone', () => {
    const random = createRandom(5);
    const n = 5;
    const a = Float64Array.from({ length: n * n }, random.normal);
    const c = Float64Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      let sum = i === j ? 0.5 : 0;
      for (let p = 0; p < n; p++) sum += a[i * n + p] * a[j * n + p];
      return sum;
    });
    const z = [1, -2, 0.5, 3, -1];
    const known = [0, 2, 3];
    const block = Float64Array.from(known.flatMap((i) => known.map((j) => c[i * n + j])));
    const alone = cholesky(block, 3);
    const left = leaveOut(cholesky(c, n), [1, 4], n);
    const none = { at: [], columns: [], factor: new Float64Array() };
    const expected = marginalSquared(alone, none, [z[0], z[2], z[3]], 3);
    expect(marginalSquared(cholesky(c, n), left, z, n)).toBeCloseTo(expected, 9);
  });
});
