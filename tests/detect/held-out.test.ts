import { describe, expect, it } from 'vitest';
import { heldOutLoss } from '../../shared/detect/held-out.ts';

const calibration = {
  ...{ rows: 6, fitRows: 3, scales: [2] },
  values: [Float64Array.of(0, 2, 0, 4, NaN, 0)],
  residuals: [[Float64Array.of(9, 9, 9, 0.5, 7, 3), Float64Array.of(9, 9, 9, NaN, 7, 1)]],
  forecasts: [],
};

describe('the loss of rows kept aside', () => {
  it('is of what can be told of both forecasts, in units of s₀', () => {
    // h = 1: row 3 moved by 4/2; row 5 follows a missing one. h = 2: row 5 moved by −4/2.
    expect(heldOutLoss(calibration, [1, 2])).toEqual({
      model: (0.125 + 0.5) / 2,
      lastValue: (1.5 + 1.5) / 2,
    });
  });

  it('is nothing where no row was kept aside', () => {
    expect(heldOutLoss({ ...calibration, fitRows: 6 }, [1, 2])).toBeNull();
  });
});
