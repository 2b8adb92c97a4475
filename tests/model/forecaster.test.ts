import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../shared/model/backends/reference/reference.ts';
import { saveCheckpoint } from '../../shared/model/checkpoint.ts';
import {
  createForecaster,
  forecasterNetwork,
  forecasterShapes,
  type Forecaster,
} from '../../shared/model/forecaster.ts';
import { Graph } from '../../shared/model/graph.ts';
import { buildNetwork } from '../../shared/model/network.ts';
import { createWeights } from '../../shared/model/parameters.ts';
import type { ForecasterSpec } from '../../shared/model/spec.ts';
import { referenceStepper } from '../../shared/model/stepper.ts';
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

  it('has no number between an input and a target where it has no skip', () => {
    const { parameters } = createForecaster({ ...spec, hasSkip: false }, 1);
    expect([...parameters.keys()]).toEqual(
      [...createForecaster(spec, 1).parameters.keys()].filter((name) => name !== 'skip.weight'),
    );
  });

  it('names the field of an impossible specification', () => {
    expect(() => createForecaster({ ...spec, hidden: 0 }, 1)).toThrow(/hidden is 0/);
    expect(() => createForecaster({ ...spec, inputs: 1.5 }, 1)).toThrow(/inputs is 1.5/);
    expect(() => createForecaster({ ...spec, horizons: [] }, 1)).toThrow(/horizons is empty/);
    expect(() => createForecaster({ ...spec, horizons: [0] }, 1)).toThrow(/horizons is 0/);
  });
});

describe('one row at a time', () => {
  const numbers = (max: number) => fc.integer({ min: 1, max });
  const shapes = fc.record({
    ...{ T: numbers(12), B: numbers(5), inputs: numbers(9), targets: numbers(3) },
    ...{ hidden: numbers(9), hasSkip: fc.boolean(), seed: fc.nat() },
  });

  it('gives what the network gives for the whole sequence, on top of the last value', () => {
    fc.assert(
      fc.property(shapes, ({ T, B, seed, ...sizes }) => {
        const forecaster = randomForecaster({ ...sizes, horizons: [1, 4] }, seed);
        const { inputs: D, targets: K, hidden: H } = sizes;
        const u = normals(T * B * D, seed + 1);
        const y = normals(T * B * K, seed + 2);
        const changes = wholeSequence(forecaster, u, T, B);
        const step = referenceStepper(forecaster);
        const out = new Float64Array(2 * K);
        for (let b = 0; b < B; b++) {
          const state = new Float64Array(H);
          for (let t = 0; t < T; t++) {
            const row = t * B + b;
            const last = y.subarray(row * K, (row + 1) * K);
            step(u.subarray(row * D, (row + 1) * D), last, state, out);
            const expected = changes.slice(row * 2 * K, (row + 1) * 2 * K);
            for (let j = 0; j < 2 * K; j++)
              expect(out[j]).toBeCloseTo(last[j % K] + expected[j], 12);
          }
        }
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it('goes on from the state it is given and forecasts "as now" with a silent head', () => {
    const forecaster = createForecaster(spec, 4);
    forecaster.parameters.get('head.weight')!.data.fill(0);
    const step = referenceStepper(forecaster);
    const out = new Float64Array(6);
    const state = new Float64Array(6);
    step(normals(5, 1), Float64Array.of(3, -7), state, out);
    expect([...out]).toEqual([3, -7, 3, -7, 3, -7]);
    const first = state.slice();
    step(normals(5, 1), Float64Array.of(3, -7), state, out);
    expect(state).not.toEqual(first);
  });
});

/** With a head and a skip of full size, so that nothing hides. */
function randomForecaster(of: ForecasterSpec, seed: number): Forecaster {
  const forecaster = createForecaster(of, seed);
  let part = seed;
  for (const { data } of forecaster.parameters.values()) data.set(normals(data.length, ++part));
  return forecaster;
}

function wholeSequence(
  { spec: of, parameters }: Forecaster,
  u: Float64Array,
  T: number,
  B: number,
): Float64Array {
  const backend = createReferenceBackend();
  const graph = new Graph(backend);
  const weights = createWeights(backend, forecasterShapes(of), parameters);
  const shape = { T, B, isTraining: false };
  const { x, output } = buildNetwork(graph, forecasterNetwork(of), weights, shape);
  backend.write(x, u);
  graph.forward();
  return backend.read(output);
}
