import { describe, expect, it } from 'vitest';
import { cycleRows } from '../../shared/detect/cycle.ts';
import { horizonWeights } from '../../shared/detect/horizon-weights.ts';
import type { Calibration } from '../../shared/detect/scorer.ts';
import { createRandom } from '../../shared/math/prng.ts';

const ROWS = 2000;
const random = createRandom(7);
const noise = (): Float64Array => Float64Array.from({ length: ROWS }, () => random.normal());
const wave = (period: number): Float64Array =>
  noise().map((value, row) => 0.1 * value + Math.sin((2 * Math.PI * row) / period));

describe('the cycle of a stream', () => {
  it('is the usual period of its channels, if most repeat themselves', () => {
    expect(cycleRows([wave(50)], 256)).toBe(50);
    expect(cycleRows([wave(50), noise(), wave(50)], 256)).toBe(50);
    expect(cycleRows([wave(50), noise()], 256)).toBe(0);
    expect(cycleRows([noise()], 256)).toBe(0);
  });

  it('is none where it is too long, or nothing is asked for', () => {
    expect(cycleRows([wave(300)], 256)).toBe(0);
    expect(cycleRows([wave(50)], 0)).toBe(0);
  });

  it('is told from the values there are', () => {
    const half = wave(50).map((value, row) => (row < ROWS / 2 ? NaN : value));
    expect(cycleRows([half], 256)).toBe(50);
    expect(cycleRows([new Float64Array(ROWS).fill(NaN)], 256)).toBe(0);
  });
});

describe('weights of the horizons', () => {
  const FIT_ROWS = 1500;
  const x = wave(50);

  /** Errors of so much of the spread of x, by horizon; before `FIT_ROWS` there are none. */
  function weightsOf(...errors: number[]): number[] {
    const spread = Math.sqrt(x.reduce((sum, value) => sum + value ** 2, 0) / ROWS);
    const residuals = errors.map((size) =>
      x.map((_, row) => (row < FIT_ROWS ? 0 : size * spread * (row % 2 === 0 ? 1 : -1))),
    );
    const calibration = { rows: ROWS, fitRows: FIT_ROWS, values: [x], residuals: [residuals] };
    return horizonWeights({ ...calibration, forecasts: [], scales: [1] } satisfies Calibration);
  }

  it('are as the variance that they explain of rows that were not learnt from', () => {
    const [near, middle, far] = weightsOf(0, Math.SQRT1_2, 1.5);
    expect(near).toBeCloseTo(2 / 3, 2);
    expect(middle).toBeCloseTo(1 / 3, 2);
    expect(far).toBe(0);
  });

  it('are the same where nothing is explained', () => {
    expect(weightsOf(2, 2, 2)).toEqual([1 / 3, 1 / 3, 1 / 3]);
  });
});
