/** What we export, run by another engine: onnxruntime-web on its WASM execution provider. */
import fc from 'fast-check';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { onnxBytes } from '../../electron/engine/export/onnx-bytes.ts';
import { createReferenceBackend } from '../../shared/model/backends/reference/reference.ts';
import type { CellName } from '../../shared/model/cells/cell.ts';
import { createForecaster } from '../../shared/model/forecaster.ts';
import { Graph } from '../../shared/model/graph.ts';
import { buildNetwork, networkShapes } from '../../shared/model/network.ts';
import { forecasterToOnnx, networkToOnnx } from '../../shared/model/onnx/export-network.ts';
import { createWeights, emptyParameters, type Parameters } from '../../shared/model/parameters.ts';
import { READINGS, type NetworkSpec } from '../../shared/model/spec.ts';
import { referenceStepper } from '../../shared/model/stepper.ts';
import { normals, relativeError } from '../model/numbers.ts';

ort.env.wasm.numThreads = 1;
const TOLERANCE = 1e-5;
const SEED = 20_261_124;

const size = fc.integer({ min: 1, max: 6 });
const convolution = fc.record({
  outputs: size,
  width: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 2 }),
  padding: fc.integer({ min: 0, max: 2 }),
  isNormalised: fc.boolean(),
});
const anyStack: fc.Arbitrary<NetworkSpec> = fc
  .record({
    inputs: size,
    convolutions: fc.array(convolution, { maxLength: 2 }),
    recurrent: fc.record({
      cell: fc.constantFrom<CellName>('rnn-tanh', 'rnn-relu', 'lstm', 'gru'),
      hidden: size,
      layers: fc.integer({ min: 1, max: 3 }),
      bidirectional: fc.boolean(),
    }),
    reading: fc.constantFrom(...READINGS),
    outputs: size,
    wantsSkip: fc.boolean(),
  })
  .map(({ reading, outputs, wantsSkip, convolutions, ...rest }) => {
    const hasSkip = wantsSkip && reading === 'steps' && convolutions.length === 0;
    return { ...rest, convolutions, head: { reading, outputs, hasSkip } };
  });

const cell = fc.constantFrom<CellName>('rnn-tanh', 'rnn-relu', 'lstm', 'gru');
const anySpec: fc.Arbitrary<NetworkSpec> = fc.oneof(
  { weight: 4, arbitrary: anyStack },
  fc.record({
    ...{ kind: fc.constant('segments' as const), inputs: size, hidden: size },
    ahead: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    ...{ kind: fc.constant('encoder-decoder' as const), cell, inputs: size, hidden: size },
    layers: fc.integer({ min: 1, max: 2 }),
    outputs: size,
    ahead: fc.integer({ min: 1, max: 3 }),
    hasAttention: fc.boolean(),
    teacherForcing: fc.constant(0.5),
  }),
  fc.record({
    ...{ kind: fc.constant('combined' as const), inputs: size, hidden: size, outputs: size },
    reading: fc.constantFrom('steps' as const, 'last' as const),
  }),
);

/** Random numbers for everything learnt; variances above 0. */
function randomParameters(spec: NetworkSpec, seed: number): Parameters {
  const parameters = emptyParameters(networkShapes(spec));
  let part = 0;
  for (const { name, data } of parameters.values()) {
    data.set(normals(data.length, seed + ++part).map((x) => Math.fround(0.5 * x)));
    if (name.endsWith('running_var')) data.set(data.map((x) => Math.fround(0.5 + x * x)));
  }
  return parameters;
}

/** The output in float64. */
function referenceOutput(
  spec: NetworkSpec,
  parameters: Parameters,
  x: Float64Array,
  T: number,
  B: number,
): Float64Array {
  const graph = new Graph(createReferenceBackend());
  const weights = createWeights(graph.backend, networkShapes(spec), parameters);
  const network = buildNetwork(graph, spec, weights, { T, B, isTraining: false });
  graph.backend.write(network.x, x);
  const free = network.forcing?.free;
  if (free) graph.backend.write(free, new Float64Array(free.T * free.B * free.C).fill(1));
  graph.forward();
  return graph.backend.read(network.output);
}

async function onnxOutput(
  model: Uint8Array,
  x: Float64Array,
  dims: readonly number[],
): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
  const input = new ort.Tensor('float32', Float32Array.from(x), dims);
  const { output } = await session.run({ x: input });
  await session.release();
  return output.data as Float32Array;
}

async function expectEqual(
  spec: NetworkSpec,
  seed: number,
  T: number,
  B: number,
  builtT: number = T,
): Promise<void> {
  const parameters = randomParameters(spec, seed);
  const x = normals(T * B * spec.inputs, seed).map(Math.fround);
  const model = onnxBytes(networkToOnnx(spec, parameters, builtT));
  const output = await onnxOutput(model, x, [T, B, spec.inputs]);
  const expected = referenceOutput(spec, parameters, x, T, B);
  // Of outputs of about one: where they cancel to almost nothing, float32 has nothing left to say.
  const scale = Math.max(1, ...expected.map(Math.abs));
  const difference = Math.max(...expected.map((value, i) => Math.abs(output[i] - value)));
  expect(output.length).toBe(expected.length);
  expect(difference / scale).toBeLessThan(TOLERANCE);
}

describe('an exported network', () => {
  it('gives in onnxruntime what it gives here: any network, any shape', async () => {
    await fc.assert(
      fc.asyncProperty(
        ...([anySpec, fc.nat(1e6), fc.integer({ min: 5, max: 12 }), size] as const),
        (spec, seed, T, B) => expectEqual(spec, seed, T, B),
      ),
      { numRuns: 80, seed: SEED },
    );
  });

  it('reads sequences of other lengths than it was written down for', async () => {
    const recurrent = { cell: 'gru', hidden: 4, layers: 2, bidirectional: true } as const;
    for (const reading of READINGS) {
      const head = { reading, outputs: 3 };
      await expectEqual({ inputs: 2, convolutions: [], recurrent, head }, 5, 9, 3, 4);
    }
  });
});

describe('an exported forecaster', () => {
  it.each([true, false])('gives the forecasts of the live step (skip: %s)', async (hasSkip) => {
    const spec = { inputs: 3, targets: 2, hidden: 5, horizons: [1, 4, 16], hasSkip };
    const forecaster = createForecaster(spec, 3);
    for (const { data } of forecaster.parameters.values()) data.set(normals(data.length, 4));
    const [T, D, K, H, O] = [7, 3, 2, 5, 6];
    const [u, y] = [normals(T * D, 1).map(Math.fround), normals(T * K, 2).map(Math.fround)];
    const expected = new Float64Array(T * O);
    const state = new Float64Array(H);
    const step = referenceStepper(forecaster);
    for (let t = 0; t < T; t++) {
      const out = expected.subarray(t * O, (t + 1) * O);
      step(u.subarray(t * D, (t + 1) * D), y.subarray(t * K, (t + 1) * K), state, out);
    }
    const model = onnxBytes(forecasterToOnnx(forecaster, { note: '20 °C' }));
    const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
    const tensor = (values: ArrayLike<number>, steps: number): ort.Tensor =>
      new ort.Tensor('float32', Float32Array.from(values), [steps, 1, values.length / steps]);
    const zero = tensor(new Float64Array(H), 1);
    const whole = await session.run({ u: tensor(u, T), y: tensor(y, T), h0: zero });
    expect(relativeError(whole.forecast.data as Float32Array, expected)).toBeLessThan(TOLERANCE);
    expect(relativeError(whole.h.data as Float32Array, state)).toBeLessThan(TOLERANCE);
    let h0: ort.Tensor = zero;
    for (let t = 0; t < T; t++) {
      const now = (all: Float64Array, C: number) => tensor(all.subarray(t * C, (t + 1) * C), 1);
      const { forecast, h } = await session.run({ u: now(u, D), y: now(y, K), h0 });
      const now64 = expected.subarray(t * O, (t + 1) * O);
      expect(relativeError(forecast.data as Float32Array, now64)).toBeLessThan(TOLERANCE);
      h0 = h;
    }
    await session.release();
  });
});
