/** Every gradient against central finite differences, over small random shapes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createForecaster, emptyParameters } from '../../shared/model/forecaster.ts';
import type { ForecasterSpec } from '../../shared/model/spec.ts';
import type { LossName } from '../../shared/model/losses/pointwise.ts';
import { horizonLoss } from '../../shared/train/horizon-loss.ts';
import { concatenated, normals, relativeError } from './numbers.ts';

const STEP = 1e-5;
const TOLERANCE = 1e-7;

interface Case {
  readonly B: number;
  readonly T: number;
  readonly spec: ForecasterSpec;
  readonly loss: LossName;
  readonly dropped: boolean;
  readonly seed: number;
}

const size = fc.integer({ min: 1, max: 4 });
const cases: fc.Arbitrary<Case> = fc.record({
  B: size,
  T: fc.integer({ min: 1, max: 6 }),
  spec: fc.record({
    inputs: size,
    targets: fc.integer({ min: 1, max: 3 }),
    hidden: fc.integer({ min: 1, max: 5 }),
    horizons: fc.constantFrom([1], [1, 4]),
  }),
  loss: fc.constantFrom('huber' as const, 'mse' as const),
  dropped: fc.boolean(),
  seed: fc.nat(),
});

/** max|d|/max|g| between the computed gradients and finite differences. */
function gradientError({ B, T, spec, loss, dropped, seed }: Case): number {
  const forecaster = createForecaster(spec, seed);
  const { parameters } = forecaster;
  // A head and a skip of full size, so that no gradient vanishes.
  let part = seed;
  for (const { data } of parameters.values()) data.set(normals(data.length, ++part));
  const u = normals(T * B * spec.inputs, seed + 101);
  const y = normals(T * B * spec.targets, seed + 102);
  const target = normals(T * B * spec.horizons.length * spec.targets, seed + 103);
  const shape = { T, B, warmup: Math.floor(T / 3), horizons: spec.horizons };
  const mask = dropped ? normals(T * B * spec.hidden, seed + 104) : null;
  const dOutput = new Float64Array(target.length);
  const lossNow = (): number => {
    const { output } = forecaster.forward(u, y, T, B, () => mask);
    return horizonLoss(output, target, shape, loss, dOutput);
  };
  lossNow();
  const gradients = emptyParameters(spec);
  forecaster.backward(
    forecaster.forward(u, y, T, B, () => mask),
    dOutput,
    gradients,
  );
  const differences: number[] = [];
  for (const { data } of parameters.values()) {
    for (let i = 0; i < data.length; i++) {
      const value = data[i];
      data[i] = value + STEP;
      const above = lossNow();
      data[i] = value - STEP;
      const below = lossNow();
      data[i] = value;
      differences.push((above - below) / (2 * STEP));
    }
  }
  return relativeError(concatenated(gradients), differences);
}

const smallest = { inputs: 1, targets: 1, hidden: 1, horizons: [1] };
const common: Case = {
  ...{ B: 2, T: 5, loss: 'mse', dropped: false, seed: 1 },
  spec: { inputs: 3, targets: 2, hidden: 4, horizons: [1, 4] },
};

describe('gradients agree with central differences', () => {
  it.each<[string, Case]>([
    ['all sizes one', { ...common, B: 1, T: 1, spec: smallest }],
    ['one chunk', { ...common, B: 1 }],
    ['one step', { ...common, T: 1 }],
    ['one unit', { ...common, spec: { ...common.spec, hidden: 1 } }],
    ['one input', { ...common, spec: { ...common.spec, inputs: 1 } }],
    ['dropout', { ...common, dropped: true }],
    ['sizes beyond one block', { ...common, spec: { ...common.spec, inputs: 9, hidden: 7 } }],
  ])('%s', (_, one) => {
    expect(gradientError(one)).toBeLessThan(TOLERANCE);
  });

  it('random shapes', () => {
    fc.assert(
      fc.property(cases, (one) => gradientError(one) < TOLERANCE),
      { numRuns: 60, seed: 1 },
    );
  });
});
