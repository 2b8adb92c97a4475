/** Every backend gives the numbers of the float64 reference, forward, backward and in training. */
import { afterAll, describe, expect, test } from 'vitest';
import { createNodeWasmBackend, fastestBuild } from '../../electron/engine/training/wasm-node.ts';
import { createReferenceBackend } from '../../shared/model/backends/reference/reference.ts';
import { drawCases, subjects, type Subject } from './cases.ts';
import { largestError, runCase, type Numbers } from './run-case.ts';

const SEED = 20_260_801;
const CASES_EACH = 12;
/** max|d| / max|g| of values and gradients. */
const TOLERANCE = 1e-6;
/** Over five updates: optimisers that divide by the root of a small gradient enlarge roundings. */
const LOSS_TOLERANCE = 1e-5;
const WEIGHT_TOLERANCE = 1e-4;

const builds = fastestBuild() === 'plain' ? (['plain'] as const) : (['plain', 'relaxed'] as const);
const candidates = builds.flatMap((build) => [1, 2].map((threads) => ({ build, threads })));

describe.each(candidates)('wasm, $build build, $threads threads', ({ build, threads }) => {
  const backends: { dispose(): void }[] = [];
  afterAll(() => backends.forEach((backend) => backend.dispose()));

  test.each(Object.keys(subjects) as Subject['kind'][])('%s', (kind) => {
    const backend = createNodeWasmBackend({ build, threads });
    backends.push(backend);
    for (const one of drawCases(kind, CASES_EACH, SEED)) {
      const expected = runCase(createReferenceBackend(), one);
      const found = runCase(backend, one);
      const judge = (numbers: Numbers, tolerance: number): void => {
        const { error, name } = largestError(found, numbers);
        expect(error, `${name} of ${JSON.stringify(one)}`).toBeLessThanOrEqual(tolerance);
      };
      judge(expected, kind === 'training' ? WEIGHT_TOLERANCE : TOLERANCE);
      if (kind !== 'training') continue;
      judge({ losses: expected.losses, norms: expected.norms }, LOSS_TOLERANCE);
    }
  });
});

test.each(builds)('wasm, %s build: not a bit depends on the number of threads', (build) => {
  const one = createNodeWasmBackend({ build, threads: 1 });
  const three = createNodeWasmBackend({ build, threads: 3 });
  for (const kind of ['training', 'batch-norm', 'stack', 'attention'] as const) {
    for (const { shape, ...rest } of drawCases(kind, 3, SEED + 1)) {
      const large = { ...rest, shape: { ...shape, B: shape.B + 64 } };
      expect(runCase(three, large)).toEqual(runCase(one, large));
    }
  }
  one.dispose();
  three.dispose();
});

test('the judge sees an error of a millionth', () => {
  const expected = { y: [1, 2, 4] };
  expect(largestError({ y: [1, 2, 4 + 8e-6] }, expected).error).toBeGreaterThan(TOLERANCE);
  expect(largestError({ y: [1, 2, 4 + 2e-6] }, expected).error).toBeLessThan(TOLERANCE);
  expect(largestError({ y: [1, 2] }, expected).error).toBe(Infinity);
  expect(largestError({ y: [1, NaN, 4] }, expected).error).toBe(Infinity);
});
