/** Convolution, attention pooling and pools against PyTorch. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../shared/model/backends/reference/reference.ts';
import {
  attentionBackward,
  attentionForward,
  type AttentionShape,
  type AttentionWeights,
} from '../../shared/model/layers/attention-pool.ts';
import {
  convBackward,
  convForward,
  convSteps,
  type ConvShape,
  type ConvWeights,
} from '../../shared/model/layers/conv1d.ts';
import { pools } from '../../shared/model/layers/pool.ts';
import { normals, relativeError } from './numbers.ts';

type Numbers<W> = { readonly [K in keyof W]: number[] };
interface Golden<S, W> {
  readonly shape: S;
  readonly x: number[];
  readonly weights: Numbers<W>;
  readonly output: number[];
  readonly weighing: number[];
  readonly gradients: Numbers<W>;
  readonly dx: number[];
}
interface Goldens {
  readonly convolutions: readonly Golden<ConvShape, ConvWeights>[];
  readonly attentions: readonly (Golden<AttentionShape, AttentionWeights> & {
    readonly alpha: number[];
  })[];
}

const file = join(import.meta.dirname, '..', 'golden', 'layers.json');
const goldens = JSON.parse(readFileSync(file, 'utf8')) as Goldens;
const backend = createReferenceBackend();
const TOLERANCE = 1e-13;

function arrays<W>(numbers: Numbers<W>, map: (values: number[]) => Float64Array): W {
  const entries = Object.entries<number[]>(numbers).map(([name, values]) => [name, map(values)]);
  return Object.fromEntries(entries) as W;
}
const floats = (values: readonly number[]): Float64Array => Float64Array.from(values);
const zeros = (values: readonly number[]): Float64Array => new Float64Array(values.length);

describe.each(goldens.convolutions)('a convolution $shape', (golden) => {
  const weights = arrays<ConvWeights>(golden.weights, floats);

  it('gives the output and gradients of PyTorch', () => {
    const pass = convForward(floats(golden.x), weights, golden.shape, backend);
    expect(relativeError(pass.y, golden.output)).toBeLessThan(TOLERANCE);
    const gradients = arrays<ConvWeights>(golden.weights, zeros);
    const dy = floats(golden.weighing);
    const dx = convBackward(pass, dy, weights, gradients, golden.shape, backend);
    expect(relativeError(gradients.weight, golden.gradients.weight)).toBeLessThan(TOLERANCE);
    expect(relativeError(gradients.bias, golden.gradients.bias)).toBeLessThan(TOLERANCE);
    expect(relativeError(dx, golden.dx)).toBeLessThan(TOLERANCE);
  });
});

it('a convolution refuses a sequence shorter than its kernel', () => {
  const shape = { T: 2, B: 1, D: 1, K: 1, width: 5, stride: 1, padding: 1 };
  expect(() => convSteps(shape)).toThrow(/2 steps is shorter than the kernel of 5/);
  expect(convSteps({ ...shape, T: 3 })).toBe(1);
});

describe.each(goldens.attentions)('attention pooling $shape', (golden) => {
  const weights = arrays<AttentionWeights>(golden.weights, floats);

  it('gives the output, weights and gradients of PyTorch', () => {
    const pass = attentionForward(floats(golden.x), weights, golden.shape, backend);
    expect(relativeError(pass.output, golden.output)).toBeLessThan(TOLERANCE);
    expect(relativeError(pass.α, golden.alpha)).toBeLessThan(TOLERANCE);
    const gradients = arrays<AttentionWeights>(golden.weights, zeros);
    const dc = floats(golden.weighing);
    const dx = attentionBackward(pass, dc, weights, gradients, golden.shape, backend);
    for (const name of ['weight', 'bias', 'query'] as const) {
      expect(relativeError(gradients[name], golden.gradients[name])).toBeLessThan(TOLERANCE);
    }
    expect(relativeError(dx, golden.dx)).toBeLessThan(TOLERANCE);
  });

  it('stays finite for scores beyond what an exponential holds', () => {
    const query = weights.query.map((value) => value * 1e6);
    const huge = { ...weights, query };
    const { α } = attentionForward(floats(golden.x), huge, golden.shape, backend);
    expect(α.every((value) => value >= 0 && value <= 1)).toBe(true);
  });
});

describe.each(['last', 'mean'] as const)('the pool %s', (name) => {
  const shape = { T: 5, B: 2, H: 3 };
  const h = normals(30, 1);
  const dc = normals(6, 2);

  it('answers one row a sequence', () => {
    const steps = Array.from({ length: 5 }, (_, t) => h.subarray(6 * t, 6 * t + 6));
    const expected =
      name === 'last'
        ? [...steps[4]]
        : Array.from(dc, (_, i) => steps.reduce((s, x) => s + x[i] / 5, 0));
    expect([...pools[name].forward(h, shape)]).toEqual(expected);
  });

  it('is linear, so that back is forward transposed', () => {
    const forward = pools[name].forward(h, shape).reduce((sum, c, i) => sum + c * dc[i], 0);
    const backward = pools[name].backward(dc, shape).reduce((sum, d, i) => sum + d * h[i], 0);
    expect(backward).toBeCloseTo(forward, 12);
  });
});
