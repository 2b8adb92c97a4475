import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createForecaster } from '../../shared/model/forecaster.ts';
import { saveCheckpoint } from '../../shared/model/checkpoint.ts';
import { normals } from './numbers.ts';

const spec = { inputs: 5, targets: 2, hidden: 6, horizons: [1, 4, 16] };

describe('a new forecaster', () => {
  it('has the same bytes for the same seed and others for another', () => {
    const bytes = [1, 1, 2].map((seed) => saveCheckpoint(createForecaster(spec, seed), {}));
    expect(bytes[0]).toEqual(bytes[1]);
    expect(bytes[0]).not.toEqual(bytes[2]);
  });

  it("starts within PyTorch's bounds, the head ten times smaller, bias and skip at zero", () => {
    const bound = 1 / Math.sqrt(spec.hidden);
    for (const [name, { data }] of createForecaster(spec, 3).parameters) {
      const largest = Math.max(...data.map(Math.abs));
      if (name === 'head.bias' || name === 'skip.weight') expect(largest).toBe(0);
      else if (name === 'head.weight') expect(largest).toBeLessThanOrEqual(0.1 * bound);
      else expect(largest).toBeLessThanOrEqual(bound);
      if (name === 'gru.weight_hh_l0') expect(largest).toBeGreaterThan(0.8 * bound);
    }
  });

  it('names the field of an impossible specification', () => {
    expect(() => createForecaster({ ...spec, hidden: 0 }, 1)).toThrow(/hidden is 0/);
    expect(() => createForecaster({ ...spec, inputs: 1.5 }, 1)).toThrow(/inputs is 1.5/);
    expect(() => createForecaster({ ...spec, horizons: [] }, 1)).toThrow(/horizons is empty/);
    expect(() => createForecaster({ ...spec, horizons: [0] }, 1)).toThrow(/horizons is 0/);
  });
});

describe('one row at a time', () => {
  it('gives the same bits as the whole sequence, whatever the batch', () => {
    const shapes = fc.record({
      T: fc.integer({ min: 1, max: 12 }),
      B: fc.integer({ min: 1, max: 5 }),
      inputs: fc.integer({ min: 1, max: 9 }),
      targets: fc.integer({ min: 1, max: 3 }),
      hidden: fc.integer({ min: 1, max: 9 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(shapes, ({ T, B, seed, ...sizes }) => {
        const forecaster = createForecaster({ ...sizes, horizons: [1, 4] }, seed);
        const skip = forecaster.parameters.get('skip.weight')!.data;
        skip.set(normals(skip.length, seed));
        const { inputs: D, targets: K, hidden: H } = sizes;
        const u = normals(T * B * D, seed + 1);
        const y = normals(T * B * K, seed + 2);
        const { output } = forecaster.forward(u, y, T, B);
        const out = new Float64Array(2 * K);
        for (let b = 0; b < B; b++) {
          const state = new Float64Array(H);
          for (let t = 0; t < T; t++) {
            const row = t * B + b;
            const uRow = u.subarray(row * D, (row + 1) * D);
            forecaster.step(uRow, y.subarray(row * K, (row + 1) * K), state, out);
            expect(out).toEqual(output.slice(row * 2 * K, (row + 1) * 2 * K));
          }
        }
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it('goes on from the state it is given and forecasts "as now" with a silent head', () => {
    const forecaster = createForecaster(spec, 4);
    forecaster.parameters.get('head.weight')!.data.fill(0);
    const out = new Float64Array(6);
    const state = new Float64Array(6);
    forecaster.step(normals(5, 1), Float64Array.of(3, -7), state, out);
    expect([...out]).toEqual([3, -7, 3, -7, 3, -7]);
    const first = state.slice();
    forecaster.step(normals(5, 1), Float64Array.of(3, -7), state, out);
    expect(state).not.toEqual(first);
  });
});
