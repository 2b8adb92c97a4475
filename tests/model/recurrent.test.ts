/** Recurrent stacks against PyTorch and against central finite differences. */
import { readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Backend, CellState, Sequence } from '../../shared/model/backend.ts';
import {
  createLocalBackend,
  type LocalBackendName,
} from '../../electron/engine/training/local-backend.ts';
import { cells, type CellName } from '../../shared/model/cells/cell.ts';
import { recurrentShapes, recurrentStack, type StackOutput } from '../../shared/model/recurrent.ts';
import type { RecurrentSpec } from '../../shared/model/spec.ts';
import { normals, relativeError } from './numbers.ts';
import { centralDifferences, GraphBench } from './graph-bench.ts';

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

interface Opened {
  readonly bench: GraphBench;
  readonly x: Sequence;
  readonly initial: readonly CellState[];
  readonly out: StackOutput;
}

/** One state per layer and direction, out of [layers · directions, B, H]. */
function statesOf(
  bench: GraphBench,
  spec: RecurrentSpec,
  batch: number,
  h: ArrayLike<number>,
  c: ArrayLike<number>,
): CellState[] {
  const size = batch * spec.hidden;
  const part = (values: ArrayLike<number>, i: number): Sequence =>
    bench.input(Array.from(values).slice(i * size, (i + 1) * size), 1, batch, spec.hidden);
  return Array.from({ length: h.length / size }, (_, i) => ({
    h: part(h, i),
    c: cells[spec.cell].hasMemory ? part(c, i) : null,
  }));
}

function open(golden: Golden, backend?: Backend): Opened {
  const { cell, layers, bidirectional } = golden;
  const spec = { cell, layers, bidirectional, inputs: D, hidden: H };
  const bench = new GraphBench(backend);
  const shapes = recurrentShapes(spec);
  expect(shapes.map(({ name }) => name)).toEqual(Object.keys(golden.weights));
  const weights = bench.load(shapes, golden.weights);
  const x = bench.input(golden.x, T, B, D);
  const initial = statesOf(bench, spec, B, golden.h0, golden.c0);
  return { bench, x, initial, out: recurrentStack(bench.graph, spec, weights, x, { initial }) };
}

type Part = 'value' | 'gradient';

function allOf(bench: GraphBench, states: readonly CellState[], part: Part = 'value') {
  const h = states.flatMap((state) => [...bench.backend.read(state.h, part)]);
  const c = states.flatMap((state) => (state.c ? [...bench.backend.read(state.c, part)] : []));
  return { h, c };
}

/** Notes the mean squared distance to the target as the loss. */
function judge(bench: GraphBench, output: Sequence, target: readonly number[]) {
  const { backend, graph } = bench;
  const data = (value: (i: number) => number): Sequence => {
    const made = graph.input(output.T, output.B, output.C);
    backend.write(
      made,
      target.map((_, i) => value(i)),
    );
    return made;
  };
  const terms = {
    ...({ name: 'mse', output, parameters: [0] } as const),
    target: data((i) => target[i]),
    weight: data(() => 1 / target.length),
  };
  return graph.note(backend.pointwise(terms));
}

/** Of outputs, of gradients as one vector, of 20 losses. */
const TOLERANCES: Record<LocalBackendName, readonly [number, number, number]> = {
  reference: [1e-14, 1e-13, 1e-11],
  'wasm-plain': [1e-6, 1e-6, 1e-5],
  wasm: [1e-6, 1e-6, 1e-5],
};

describe.each(Object.keys(TOLERANCES) as LocalBackendName[])('on %s', (name) => {
  const [tolerance, gradientTolerance, lossTolerance] = TOLERANCES[name];
  const backends: Backend[] = [];
  afterAll(() => backends.forEach((backend) => backend.dispose()));
  const opened = (golden: Golden): Opened => {
    const backend = createLocalBackend(name, 1);
    backends.push(backend);
    return open(golden, backend);
  };

  describe.each(goldens.cases)('$cell, $layers layers, both ways: $bidirectional', (golden) => {
    it('gives the outputs and final states of PyTorch', () => {
      const { bench, out } = opened(golden);
      bench.graph.forward();
      expect(relativeError(bench.backend.read(out.h), golden.output)).toBeLessThan(tolerance);
      const final = allOf(bench, out.final);
      expect(relativeError(final.h, golden.hn)).toBeLessThan(tolerance);
      expect(relativeError(final.c, golden.cn)).toBeLessThan(tolerance);
    });

    it('gives the gradients of PyTorch: weights, inputs, initial states', () => {
      const { bench, x, initial, out } = opened(golden);
      judge(bench, out.h, golden.target);
      bench.run();
      const names = Object.keys(golden.gradients);
      const { h, c } = allOf(bench, initial, 'gradient');
      const weights = names.flatMap((weight) => [...bench.gradientOf(weight)]);
      const found = [...weights, ...bench.backend.read(x, 'gradient'), ...h, ...c];
      const { gradients, dx, dh0, dc0 } = golden;
      const expected = [...names.flatMap((weight) => gradients[weight]), ...dx, ...dh0, ...dc0];
      expect(relativeError(found, expected)).toBeLessThan(gradientTolerance);
    });

    it('follows the losses of 20 steps of Adam', () => {
      const { bench, out } = opened(golden);
      const loss = judge(bench, out.h, golden.target);
      const adam = bench.backend.optimiser([...bench.weights.values()], { name: 'adam' });
      const losses = golden.losses.map(() => {
        bench.run();
        adam.update({ learningRate: goldens.learningRate });
        return loss.take()[0];
      });
      expect(relativeError(losses, golden.losses)).toBeLessThan(lossTolerance);
    });
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
        const bench = new GraphBench();
        const weights = bench.load(recurrentShapes(spec));
        const values = normals(6 * 2 * spec.inputs, seed + 1);
        const cut = 4 * 2 * spec.inputs;
        const run = (x: Sequence, initial?: readonly CellState[]): StackOutput =>
          recurrentStack(bench.graph, spec, weights, x, initial && { initial });
        const whole = run(bench.input(values, 6, 2, spec.inputs));
        const first = run(bench.input(values.subarray(0, cut), 4, 2, spec.inputs));
        const rest = bench.input(values.subarray(cut), 2, 2, spec.inputs);
        const second = run(rest, first.final);
        bench.graph.forward();
        const read = (output: StackOutput): number[] => [...bench.backend.read(output.h)];
        expect([...read(first), ...read(second)]).toEqual(read(whole));
        expect(allOf(bench, second.final)).toEqual(allOf(bench, whole.final));
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    [{ cell: 'gated' as CellName }, /no cell "gated"; choose among rnn-tanh, rnn-relu, lstm, gru/],
    [{ hidden: 0 }, /hidden is 0; a whole number from 1 on/],
    [{ inputs: 1.5 }, /inputs is 1.5/],
    [{ layers: 5 }, /layers is 5; at most 4/],
    [{ dropout: 1 }, /dropout is 1; a probability/],
  ])('refuses %o in words', (wrong, words) => {
    const good = { cell: 'gru', inputs: 1, hidden: 2, layers: 1, bidirectional: false } as const;
    expect(() => recurrentShapes({ ...good, ...wrong })).toThrow(words);
  });
});

/** max|d|/max|g| between the gradients and central differences of Σ w·output. */
function gradientError(
  spec: RecurrentSpec,
  steps: number,
  batch: number,
  seed: number,
  drops: boolean,
): number {
  const bench = new GraphBench();
  const { backend, graph } = bench;
  const weights = bench.load(recurrentShapes(spec));
  const x = bench.input(normals(steps * batch * spec.inputs, seed + 1), steps, batch, spec.inputs);
  const size = spec.layers * (spec.bidirectional ? 2 : 1) * batch * spec.hidden;
  const initial = statesOf(bench, spec, batch, normals(size, seed + 2), normals(size, seed + 3));
  const drop = (h: Sequence): Sequence =>
    graph.multiply(h, bench.input(normals(h.T * h.B * h.C, seed + 5), h.T, h.B, h.C));
  const { h } = recurrentStack(graph, spec, weights, x, drops ? { initial, drop } : { initial });
  const w = normals(h.T * h.B * h.C, seed + 4);
  bench.pull(h, w);
  bench.run();
  const watched = [...weights.values(), x, ...initial.flatMap(({ h, c }) => (c ? [h, c] : [h]))];
  const exact = watched.flatMap((tensor) => [...backend.read(tensor, 'gradient')]);
  const value = (): number => {
    graph.forward();
    return backend.read(h).reduce((sum, y, i) => sum + w[i] * y, 0);
  };
  const numeric = watched.flatMap((tensor) =>
    centralDifferences(backend.read(tensor), (values) => backend.write(tensor, values), value),
  );
  return relativeError(exact, numeric);
}
