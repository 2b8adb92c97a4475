/** Convolution and attention pooling against PyTorch. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Sequence, Weight } from '../../shared/model/backend.ts';
import { convolutionSteps } from '../../shared/model/graph.ts';
import { relativeError } from './numbers.ts';
import { GraphBench } from './graph-bench.ts';

interface Golden<S> {
  readonly shape: S;
  readonly x: number[];
  readonly weights: Readonly<Record<string, number[]>>;
  readonly output: number[];
  readonly weighing: number[];
  readonly gradients: Readonly<Record<string, number[]>>;
  readonly dx: number[];
}
type Sizes<K extends string> = Readonly<Record<K, number>>;
interface Goldens {
  readonly convolutions: readonly Golden<
    Sizes<'T' | 'B' | 'D' | 'K' | 'width' | 'stride' | 'padding'>
  >[];
  readonly attentions: readonly Golden<Sizes<'T' | 'B' | 'H' | 'A'>>[];
  readonly batchNorms: readonly (Golden<
    Sizes<'T' | 'B' | 'D'> & { readonly isTraining: boolean }
  > & { readonly running_mean: number[]; readonly running_var: number[] })[];
  readonly largest: Golden<Sizes<'T' | 'B' | 'D'>>;
}

const file = join(import.meta.dirname, '..', 'golden', 'layers.json');
const goldens = JSON.parse(readFileSync(file, 'utf8')) as Goldens;
const TOLERANCE = 1e-13;

function check(bench: GraphBench, x: Sequence, y: Sequence, golden: Golden<unknown>): void {
  bench.pull(y, golden.weighing);
  bench.run();
  expect(relativeError(bench.backend.read(y), golden.output)).toBeLessThan(TOLERANCE);
  for (const [name, expected] of Object.entries(golden.gradients)) {
    expect(relativeError(bench.gradientOf(name), expected), name).toBeLessThan(TOLERANCE);
  }
  expect(relativeError(bench.backend.read(x, 'gradient'), golden.dx)).toBeLessThan(TOLERANCE);
}

const plain = (name: string, ...shape: number[]) => ({ name, shape, gates: 1, bound: 0 });

describe.each(goldens.convolutions)('a convolution $shape', (golden) => {
  it('gives the output and gradients of PyTorch', () => {
    const { T, B, D, K, width, stride, padding } = golden.shape;
    const bench = new GraphBench();
    const shapes = [plain('weight', K, D, width), plain('bias', K)];
    const weights = bench.load(shapes, golden.weights);
    const x = bench.input(golden.x, T, B, D);
    const [weight, bias] = [weights.get('weight')!, weights.get('bias')!];
    check(bench, x, bench.graph.convolution(x, weight, bias, stride, padding), golden);
  });
});

it('a convolution refuses a sequence shorter than its kernel', () => {
  expect(() => convolutionSteps(2, 5, 1, 1)).toThrow(/2 steps is shorter than the kernel of 5/);
  expect(convolutionSteps(3, 5, 1, 1)).toBe(1);
});

describe.each(goldens.attentions)('attention pooling $shape', ({ shape, ...golden }) => {
  const { T, B, H, A } = shape;

  function pool(query: number[]): { bench: GraphBench; x: Sequence; y: Sequence } {
    const bench = new GraphBench();
    const shapes = [plain('weight', A, H), plain('bias', A), plain('query', A)];
    const weights = bench.load(shapes, { ...golden.weights, query });
    const x = bench.input(golden.x, T, B, H);
    const keys = bench.graph.affine(x, weights.get('weight')!, weights.get('bias')!);
    return { bench, x, y: bench.graph.attention(keys, null, weights.get('query')!, x) };
  }

  it('gives the output and gradients of PyTorch', () => {
    const { bench, x, y } = pool(golden.weights.query);
    check(bench, x, y, { shape, ...golden });
  });

  it('stays finite for scores beyond what an exponential holds', () => {
    const { bench, y } = pool(golden.weights.query.map((value) => value * 1e6));
    bench.graph.forward();
    expect(bench.backend.read(y).every(Number.isFinite)).toBe(true);
  });
});

describe.each(goldens.batchNorms)('batch normalisation $shape', ({ shape, ...golden }) => {
  it('gives the output, gradients and running statistics of PyTorch', () => {
    const { T, B, D, isTraining } = shape;
    const bench = new GraphBench();
    const names = ['weight', 'bias', 'running_mean', 'running_var'];
    const weights = bench.load(
      names.map((name) => plain(name, D)),
      golden.weights,
    );
    const [gamma, beta, runningMean, runningVariance] = names.map((name) => weights.get(name)!);
    const x = bench.input(golden.x, T, B, D);
    const terms = { x, gamma, beta, runningMean, runningVariance, isTraining };
    check(bench, x, bench.graph.batchNorm(terms), { shape, ...golden });
    const close = (weight: Weight, expected: number[]): void =>
      expect(relativeError(bench.backend.read(weight), expected)).toBeLessThan(TOLERANCE);
    close(runningMean, golden.running_mean);
    close(runningVariance, golden.running_var);
  });
});

it('the largest over time gives the output and gradient of PyTorch', () => {
  const { T, B, D } = goldens.largest.shape;
  const bench = new GraphBench();
  const x = bench.input(goldens.largest.x, T, B, D);
  check(bench, x, bench.graph.max(x), goldens.largest);
});
