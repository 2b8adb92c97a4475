/** The live step on WASM: as the reference, batched bit for bit as alone, without garbage. */
import { describe, expect, it, vi } from 'vitest';
import fc from 'fast-check';
import {
  batchedStepper,
  wasmStepper,
  newKernels,
} from '../../electron/engine/training/wasm-node.ts';
import { Arena } from '../../shared/model/backends/wasm/arena.ts';
import { createWasmStepper } from '../../shared/model/backends/wasm/stepper.ts';
import { createForecaster, type Forecaster } from '../../shared/model/forecaster.ts';
import { referenceStepper, type Stepper } from '../../shared/model/stepper.ts';
import { normals, relativeError } from './numbers.ts';

const STEPS = 4;

function forecasterOf(
  inputs: number,
  targets: number,
  hidden: number,
  seed: number,
  hasSkip = true,
): Forecaster {
  const spec = { inputs, targets, hidden, horizons: [1, 4], hasSkip };
  const forecaster = createForecaster(spec, seed);
  // Biases and skip start at 0, which would hide them.
  for (const { data } of forecaster.parameters.values()) data.set(normals(data.length, seed));
  return forecaster;
}

/** State and forecasts of every step, for so many streams at once. */
function run(step: Stepper, { spec }: Forecaster, streams: number, first: number): number[] {
  const { inputs: D, targets: K, hidden: H, horizons } = spec;
  const state = new Float64Array(streams * H);
  const out = new Float64Array(streams * K * horizons.length);
  const rows = (width: number, t: number): Float64Array =>
    Float64Array.from(
      Array.from({ length: streams }, (_, b) => [
        ...normals(width, 1 + t + 99 * (first + b)),
      ]).flat(),
    );
  return Array.from({ length: STEPS }, (_, t) => {
    step(rows(D, t), rows(K, t), state, out);
    return [...state, ...out];
  }).flat();
}

/** What stream b of a batch gave, in the order of a stream alone. */
function partOf(
  all: readonly number[],
  { spec }: Forecaster,
  streams: number,
  b: number,
): number[] {
  const widths = [spec.hidden, spec.targets * spec.horizons.length];
  const step = streams * (widths[0] + widths[1]);
  return Array.from({ length: STEPS }, (_, t) => {
    const state = t * step + b * widths[0];
    const out = t * step + streams * widths[0] + b * widths[1];
    return [...all.slice(state, state + widths[0]), ...all.slice(out, out + widths[1])];
  }).flat();
}

describe('the live step', () => {
  const size = fc.integer({ min: 1, max: 9 });
  const sizes = fc.record({
    ...{ D: size, K: size, H: fc.integer({ min: 1, max: 33 }), streams: size },
    ...{ seed: fc.nat(999), hasSkip: fc.boolean() },
  });

  it('follows the reference, and gives a stream of a batch the bits it has alone', () => {
    fc.assert(
      fc.property(sizes, ({ D, K, H, streams, seed, hasSkip }) => {
        const forecaster = forecasterOf(D, K, H, seed, hasSkip);
        const together = run(batchedStepper(forecaster, streams), forecaster, streams, 0);
        for (let b = 0; b < streams; b++) {
          const alone = run(wasmStepper(forecaster), forecaster, 1, b);
          expect(partOf(together, forecaster, streams, b)).toEqual(alone);
        }
        const reference = run(referenceStepper(forecaster), forecaster, 1, 0);
        const first = partOf(together, forecaster, streams, 0);
        expect(relativeError(first, reference)).toBeLessThan(2e-5);
      }),
      { numRuns: 40 },
    );
  });

  it('gives its memory back for the next, with the same forecasts', () => {
    const kernels = newKernels('plain');
    const arena = new Arena(kernels.memory);
    const first = forecasterOf(3, 2, 64, 1);
    const stepper = createWasmStepper(kernels, arena, first, 1);
    const forecasts = run(stepper, first, 1, 0);
    stepper.free!();
    const { byteLength } = kernels.memory.buffer;
    for (let seed = 2; seed < 200; seed++) {
      createWasmStepper(kernels, arena, forecasterOf(3, 2, 64, seed), 1).free!();
    }
    expect(run(createWasmStepper(kernels, arena, first, 1), first, 1, 0)).toEqual(forecasts);
    expect(kernels.memory.buffer.byteLength).toBe(byteLength);
  });

  it('allocates nothing', () => {
    const forecaster = forecasterOf(3, 2, 64, 1);
    const step = wasmStepper(forecaster);
    const [u, y, state] = [3, 2, 64].map((length) => new Float64Array(length));
    const out = new Float64Array(4);
    const steps = (count: number): void => {
      for (let i = 0; i < count; i++) step(u, y, state, out);
    };
    steps(20_000);
    const made = vi.fn();
    const { Float32Array: Floats, Float64Array: Doubles } = globalThis;
    const counting = <T extends object>(type: T): T =>
      new Proxy(type, {
        construct: (target, args) => {
          made();
          return Reflect.construct(target as never, args) as object;
        },
      });
    globalThis.Float32Array = counting(Floats);
    globalThis.Float64Array = counting(Doubles);
    const before = process.memoryUsage();
    try {
      new globalThis.Float64Array(1);
      steps(100_000);
    } finally {
      Object.assign(globalThis, { Float32Array: Floats, Float64Array: Doubles });
    }
    const after = process.memoryUsage();
    // The one above, which shows that counting works.
    expect(made).toHaveBeenCalledTimes(1);
    // Ten bytes a step would be a megabyte.
    expect(after.heapUsed - before.heapUsed).toBeLessThan(1e6);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1e6);
  });
});
