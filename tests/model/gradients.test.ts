/** Gradients of whole networks against central finite differences, over small random shapes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildNetwork, networkShapes } from '../../shared/model/network.ts';
import type { StackSpec, Reading } from '../../shared/model/spec.ts';
import { createRandom } from '../../shared/math/prng.ts';
import { drawMask } from '../../shared/train/dropout.ts';
import { placeLoss, type LossSpec } from '../../shared/train/loss.ts';
import { normals, relativeError } from './numbers.ts';
import { centralDifferences, GraphBench } from './graph-bench.ts';

const TOLERANCE = 1e-7;

interface Case {
  readonly B: number;
  readonly T: number;
  readonly spec: StackSpec;
  readonly loss: LossSpec;
  readonly seed: number;
}

const size = fc.integer({ min: 1, max: 4 });
// relu has a kink where differences tell nothing, so that no convolution stands here.
const specs: fc.Arbitrary<StackSpec> = fc
  .record({
    inputs: size,
    cell: fc.constantFrom('gru' as const, 'lstm' as const, 'rnn-tanh' as const),
    hidden: size,
    layers: fc.integer({ min: 1, max: 2 }),
    bidirectional: fc.boolean(),
    reading: fc.constantFrom<Reading>('steps', 'last', 'mean', 'attention'),
    dropout: fc.constantFrom(0, 0.4),
    hasSkip: fc.boolean(),
  })
  .map(({ inputs, reading, hasSkip, dropout, ...recurrent }) => ({
    inputs,
    convolutions: [],
    recurrent: { ...recurrent, dropout },
    head: { reading, outputs: 4, dropout, hasSkip: hasSkip && reading === 'steps' },
  }));
const lossSpecs = fc.constantFrom<LossSpec[]>(
  { name: 'mse' },
  { name: 'huber', delta: 0.8 },
  { name: 'gaussian' },
  { name: 'cross-entropy' },
);
const cases: fc.Arbitrary<Case> = fc.record({
  B: size,
  T: fc.integer({ min: 1, max: 6 }),
  spec: specs,
  loss: lossSpecs,
  seed: fc.nat(),
});

/** max|d|/max|g| between the computed gradients and finite differences. */
function gradientError({ B, T, spec, loss: lossSpec, seed }: Case): number {
  const bench = new GraphBench();
  const { backend, graph } = bench;
  const weights = bench.load(networkShapes(spec));
  const { x, output, dropouts } = buildNetwork(graph, spec, weights, { T, B, isTraining: true });
  const { loss, target, weight } = placeLoss(backend, lossSpec, output);
  graph.note(loss);
  const random = createRandom(seed);
  backend.write(x, normals(T * B * spec.inputs, seed + 1));
  const count = target.T * B * target.C;
  backend.write(target, normals(count, seed + 2).map(Math.abs));
  if (weight) backend.write(weight, normals(count, seed + 3).map(Math.abs));
  for (const { mask, probability } of dropouts) {
    backend.write(mask, drawMask(random, mask.T * mask.B * mask.C, probability));
  }
  bench.run();
  const all = [...weights.values()];
  const exact = all.flatMap((one) => [...backend.read(one, 'gradient')]);
  loss.take();
  const lossNow = (): number => {
    graph.forward();
    return loss.take()[0];
  };
  const numeric = all.flatMap((one) =>
    centralDifferences(backend.read(one), (values) => backend.write(one, values), lossNow),
  );
  return relativeError(exact, numeric);
}

const common: Case = {
  ...{ B: 2, T: 5, loss: { name: 'mse' }, seed: 1 },
  spec: {
    inputs: 3,
    convolutions: [],
    recurrent: { cell: 'gru', hidden: 4, layers: 1, bidirectional: false },
    head: { reading: 'steps', outputs: 4, hasSkip: true },
  },
};
const { spec } = common;

describe('gradients agree with central differences', () => {
  it.each<[string, Case]>([
    ['all sizes one', { ...common, B: 1, T: 1, spec: { ...spec, inputs: 1 } }],
    ['one chunk', { ...common, B: 1 }],
    ['one step', { ...common, T: 1 }],
    ['one unit', { ...common, spec: { ...spec, recurrent: { ...spec.recurrent, hidden: 1 } } }],
    ['one input', { ...common, spec: { ...spec, inputs: 1 } }],
    ['dropout', { ...common, spec: { ...spec, head: { ...spec.head, dropout: 0.5 } } }],
    ['sizes beyond one block', { ...common, spec: { ...spec, inputs: 9 } }],
  ])('%s', (_, one) => {
    expect(gradientError(one)).toBeLessThan(TOLERANCE);
  });

  it('random networks, shapes and losses', () => {
    fc.assert(
      fc.property(cases, (one) => gradientError(one) < TOLERANCE),
      { numRuns: 80, seed: 1 },
    );
  });
});
