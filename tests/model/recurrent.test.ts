/** Recurrent stacks against PyTorch and against central finite differences. */
import { readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../shared/model/backends/reference/reference.ts';
import { cells, type CellName } from '../../shared/model/cells/cell.ts';
import { createAdam } from '../../shared/model/optimisers/adam.ts';
import {
  emptyRecurrentParameters,
  recurrentStack,
  type RecurrentSpec,
  type RecurrentStack,
} from '../../shared/model/recurrent.ts';
import { concatenated, normals, relativeError } from './numbers.ts';

interface Golden extends Omit<RecurrentSpec, 'inputs' | 'hidden'> {
  readonly x: number[];
  readonly h0: number[];
  readonly c0: number[];
  readonly target: number[];
  readonly weights: Readonly<Record<string, number[]>>;
  readonly output: number[];
  readonly hn: number[];
  readonly cn: number[];
  readonly gradients: Readonly<Record<string, number[]>>;
  readonly dx: number[];
  readonly dh0: number[];
  readonly dc0: number[];
  readonly losses: number[];
}
interface Goldens {
  readonly shape: {
    readonly T: number;
    readonly B: number;
    readonly D: number;
    readonly H: number;
  };
  readonly learningRate: number;
  readonly cases: readonly Golden[];
}

const file = joinPath(import.meta.dirname, '..', 'golden', 'recurrent.json');
const goldens = JSON.parse(readFileSync(file, 'utf8')) as Goldens;
const { T, B, D, H } = goldens.shape;
const floats = (values: readonly number[]): Float64Array => Float64Array.from(values);

function open(golden: Golden): RecurrentStack {
  const { cell, layers, bidirectional } = golden;
  const spec = { cell, layers, bidirectional, inputs: D, hidden: H };
  const parameters = emptyRecurrentParameters(spec);
  expect([...parameters.keys()]).toEqual(Object.keys(golden.weights));
  for (const [name, { data }] of parameters) data.set(golden.weights[name]);
  return recurrentStack(spec, parameters, createReferenceBackend());
}

/** Mean squared distance to the target, and its gradient. */
function meanSquare(output: Float64Array, target: readonly number[]): [number, Float64Array] {
  const e = output.map((value, i) => value - target[i]);
  const loss = e.reduce((sum, value) => sum + value * value, 0) / e.length;
  return [loss, e.map((value) => (2 * value) / e.length)];
}

describe.each(goldens.cases)('$cell, $layers layers, both ways: $bidirectional', (golden) => {
  const initial = { h: floats(golden.h0), c: floats(golden.c0) };
  const x = floats(golden.x);

  it('gives the outputs and final states of PyTorch', () => {
    const pass = open(golden).forward(x, T, B, { initial });
    expect(relativeError(pass.output, golden.output)).toBeLessThan(1e-14);
    expect(relativeError(pass.final.h, golden.hn)).toBeLessThan(1e-14);
    expect(relativeError(pass.final.c, golden.cn)).toBeLessThan(1e-14);
  });

  it('gives the gradients of PyTorch: weights, inputs, initial states', () => {
    const stack = open(golden);
    const pass = stack.forward(x, T, B, { initial });
    const [, dOutput] = meanSquare(pass.output, golden.target);
    const gradients = emptyRecurrentParameters(stack.spec);
    const { dx, initial: dInitial } = stack.backward(pass, dOutput, gradients);
    for (const [name, { data }] of gradients) {
      expect(relativeError(data, golden.gradients[name]), name).toBeLessThan(1e-13);
    }
    expect(relativeError(dx, golden.dx)).toBeLessThan(1e-13);
    expect(relativeError(dInitial.h, golden.dh0)).toBeLessThan(1e-13);
    expect(relativeError(dInitial.c, golden.dc0)).toBeLessThan(1e-13);
  });

  it('follows the losses of 20 steps of Adam', () => {
    const stack = open(golden);
    const adam = createAdam(stack.parameters);
    const { learningRate } = goldens;
    const losses = golden.losses.map(() => {
      const pass = stack.forward(x, T, B, { initial });
      const [loss, dOutput] = meanSquare(pass.output, golden.target);
      const gradients = emptyRecurrentParameters(stack.spec);
      stack.backward(pass, dOutput, gradients);
      adam.step(gradients, { learningRate, momentum: 0.9, weightDecay: 0 });
      return loss;
    });
    expect(relativeError(losses, golden.losses)).toBeLessThan(1e-11);
  });
});

describe('any stack', () => {
  const small = fc.integer({ min: 1, max: 3 });
  const anySpec: fc.Arbitrary<RecurrentSpec> = fc.record({
    // relu has a kink where differences tell nothing.
    cell: fc.constantFrom<CellName>('rnn-tanh', 'lstm', 'gru'),
    inputs: small,
    hidden: small,
    layers: small,
    bidirectional: fc.boolean(),
  });

  it('has the gradients of central finite differences, with dropout too', () => {
    fc.assert(
      fc.property(
        anySpec,
        small,
        small,
        fc.nat(),
        fc.boolean(),
        (spec, steps, batch, seed, drops) => {
          expect(gradientError(spec, steps, batch, seed, drops)).toBeLessThan(1e-7);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('reads a sequence in parts as it reads it whole, when one way', () => {
    fc.assert(
      fc.property(anySpec, fc.nat(), (any, seed) => {
        const spec = { ...any, bidirectional: false };
        const stack = randomStack(spec, seed);
        const x = normals(6 * 2 * spec.inputs, seed + 1);
        const whole = stack.forward(x, 6, 2);
        const cut = 4 * 2 * spec.inputs;
        const first = stack.forward(x.subarray(0, cut), 4, 2);
        const second = stack.forward(x.subarray(cut), 2, 2, { initial: first.final });
        expect([...first.output, ...second.output]).toEqual([...whole.output]);
        expect(second.final).toEqual(whole.final);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    [{ cell: 'gated' as CellName }, /no cell "gated"; choose among rnn-tanh, rnn-relu, lstm, gru/],
    [{ hidden: 0 }, /hidden is 0; a whole number from 1 on/],
    [{ inputs: 1.5 }, /inputs is 1.5/],
    [{ layers: 5 }, /layers is 5; at most 4/],
  ])('refuses %o in words', (wrong, words) => {
    const good = { cell: 'gru', inputs: 1, hidden: 2, layers: 1, bidirectional: false } as const;
    expect(() => emptyRecurrentParameters({ ...good, ...wrong })).toThrow(words);
  });
});

function randomStack(spec: RecurrentSpec, seed: number): RecurrentStack {
  const parameters = emptyRecurrentParameters(spec);
  let part = 0;
  for (const { data } of parameters.values()) data.set(normals(data.length, seed + 7 * part++));
  return recurrentStack(spec, parameters, createReferenceBackend());
}

/** max|d|/max|g| between the gradients and central differences of Σ w·output. */
function gradientError(
  spec: RecurrentSpec,
  steps: number,
  batch: number,
  seed: number,
  drops: boolean,
): number {
  const stack = randomStack(spec, seed);
  const x = normals(steps * batch * spec.inputs, seed + 1);
  const states = spec.layers * (spec.bidirectional ? 2 : 1) * batch * spec.hidden;
  const c = cells[spec.cell].hasMemory ? normals(states, seed + 3) : new Float64Array(0);
  const initial = { h: normals(states, seed + 2), c };
  const mask = (size: number): Float64Array => normals(size, seed + 5);
  const run = () =>
    stack.forward(x, steps, batch, drops ? { initial, drawMask: mask } : { initial });
  const pass = run();
  const w = normals(pass.output.length, seed + 4);
  const gradients = emptyRecurrentParameters(spec);
  const { dx, initial: dInitial } = stack.backward(pass, w, gradients);
  const value = (): number => run().output.reduce((sum, y, i) => sum + w[i] * y, 0);
  const differences = (values: Float64Array): number[] =>
    Array.from(values, (_, i) => difference(values, i, value));
  const numeric = [
    ...[...stack.parameters.values()].flatMap(({ data }) => differences(data)),
    ...differences(x),
    ...differences(initial.h),
    ...differences(initial.c),
  ];
  const exact = [...concatenated(gradients), ...dx, ...dInitial.h, ...dInitial.c];
  return relativeError(exact, numeric);
}

function difference(values: Float64Array, i: number, f: () => number): number {
  const step = 1e-5;
  const kept = values[i];
  values[i] = kept + step;
  const above = f();
  values[i] = kept - step;
  const below = f();
  values[i] = kept;
  return (above - below) / (2 * step);
}
