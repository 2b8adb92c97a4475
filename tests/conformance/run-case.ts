/** Runs a case on a backend: forward and backward, or a few steps of training. */
import { createRandom, type Random } from '../../shared/math/prng.ts';
import type { Backend, CellState, Loss, Sequence, Weight } from '../../shared/model/backend.ts';
import { cells, type CellName } from '../../shared/model/cells/cell.ts';
import { Graph } from '../../shared/model/graph.ts';
import type { Case, Shape, Shaping, Subject } from './cases.ts';

/** Named values and gradients, row-major. */
export type Numbers = Record<string, number[]>;

/** Training steps of a training case. */
const STEPS = 5;

export function runCase(backend: Backend, { shape, subject, seed }: Case): Numbers {
  const bench = new Bench(backend, seed);
  if (subject.kind === 'training') return train(bench, shape, subject);
  build(bench, shape, subject);
  // Twice, as a gradient that was not cleared would show.
  for (let run = 0; run < 2; run++) {
    bench.graph.forward();
    bench.graph.backward();
  }
  return bench.numbers();
}

/** Makes tensors of random numbers and remembers what to look at. */
class Bench {
  readonly graph: Graph;
  readonly random: Random;
  readonly weights: Weight[] = [];
  private readonly watched = new Map<string, Sequence | Weight>();
  private readonly losses: Loss[] = [];

  constructor(backend: Backend, seed: number) {
    this.graph = new Graph(backend);
    this.random = createRandom(seed);
  }

  get backend(): Backend {
    return this.graph.backend;
  }

  sequence(name: string, T: number, B: number, C: number, hasGradient = true): Sequence {
    const made = this.backend.sequence(T, B, C, hasGradient);
    this.backend.write(made, this.normals(T * B * C));
    return hasGradient ? this.watch(name, made) : made;
  }

  weight(name: string, shape: readonly number[], gates = 1): Weight {
    const made = this.backend.weight(shape, gates);
    const size = shape.reduce((product, n) => product * n, 1);
    const scale = 1 / Math.sqrt(shape[1] ?? 1);
    this.backend.write(
      made,
      this.normals(size).map((x) => Math.fround(x * scale)),
    );
    this.weights.push(made);
    return this.watch(name, made);
  }

  /** Keeps every other unit, on average. */
  mask(T: number, B: number, C: number): Sequence {
    const made = this.backend.sequence(T, B, C, false);
    this.backend.write(
      made,
      this.uniforms(T * B * C).map((u) => (u < 0.5 ? 0 : 2)),
    );
    return made;
  }

  watch<T extends Sequence | Weight>(name: string, tensor: T): T {
    this.watched.set(name, tensor);
    return tensor;
  }

  /** Squared distance to random targets under random weights, so that any gradient flows back. */
  judge(name: string, output: Sequence): Loss {
    const { T, B, C } = this.watch(name, output);
    const target = this.sequence('', T, B, C, false);
    const weight = this.sequence('', T, B, C, false);
    this.backend.write(weight, this.uniforms(T * B * C));
    const terms = { name: 'mse', output, target, weight, parameters: [1] } as const;
    return this.judgeBy(this.backend.pointwise(terms));
  }

  judgeBy(loss: Loss): Loss {
    this.losses.push(loss);
    return this.graph.note(loss);
  }

  numbers(): Numbers {
    const out: Numbers = { losses: this.losses.flatMap((loss) => loss.take()) };
    for (const [name, tensor] of this.watched) {
      out[name] = [...this.backend.read(tensor)];
      out[`∂${name}`] = [...this.backend.read(tensor, 'gradient')];
    }
    return out;
  }

  /** What float32 can hold, so that all backends start from the same numbers. */
  normals(count: number): Float64Array {
    return Float64Array.from({ length: count }, () => Math.fround(this.random.normal()));
  }

  /** Positive numbers. */
  uniforms(count: number): Float64Array {
    return Float64Array.from({ length: count }, () => Math.fround(this.random.uniform()));
  }
}

type Built = Exclude<Subject, { kind: 'training' }>;

function build(bench: Bench, shape: Shape, subject: Built): void {
  const { graph } = bench;
  const { T, B, D, H } = shape;
  const x = bench.sequence('x', T, B, D);
  switch (subject.kind) {
    case 'affine': {
      const bias = subject.hasBias ? bench.weight('b', [H]) : null;
      bench.judge('y', graph.affine(x, bench.weight('W', [H, D]), bias));
      return;
    }
    case 'recurrent':
      return buildRecurrent(bench, shape, x, subject);
    case 'convolution': {
      const { width, stride, padding } = subject;
      const weight = bench.weight('W', [H, D, width]);
      bench.judge('y', graph.convolution(x, weight, bench.weight('b', [H]), stride, padding));
      return;
    }
    case 'attention': {
      const keys = bench.sequence('keys', T, B, subject.A);
      const query = subject.hasQuery ? bench.sequence('query', 1, B, subject.A) : null;
      bench.judge('y', graph.attention(keys, query, bench.weight('v', [subject.A]), x));
      return;
    }
    case 'activation':
      bench.judge('y', graph.activation(subject.name, x));
      return;
    case 'multiply':
      bench.judge('y', graph.multiply(x, bench.sequence('', T, B, D, false)));
      return;
    case 'shaping':
      return buildShaping(bench, shape, x, subject.name);
    case 'batch-norm':
      return buildBatchNorm(bench, shape, x, subject.isTraining);
    case 'stack':
      return buildStack(bench, shape, x, subject);
    default:
      return buildLoss(bench, x, subject);
  }
}

function recurrent(
  bench: Bench,
  prefix: string,
  cell: CellName,
  x: Sequence,
  H: number,
  options: { initial?: CellState | null; isReversed?: boolean } = {},
): { h: Sequence; final: CellState } {
  const { gates } = cells[cell];
  const weights = {
    weightIh: bench.weight(`${prefix}W_ih`, [gates * H, x.C], gates),
    weightHh: bench.weight(`${prefix}W_hh`, [gates * H, H], gates),
    biasIh: bench.weight(`${prefix}b_ih`, [gates * H], gates),
    biasHh: bench.weight(`${prefix}b_hh`, [gates * H], gates),
  };
  return bench.graph.recurrent(cell, x, weights, options);
}

function buildRecurrent(
  bench: Bench,
  { B, H }: Shape,
  x: Sequence,
  { cell, isReversed, hasState }: Extract<Subject, { kind: 'recurrent' }>,
): void {
  const memory = cells[cell].hasMemory;
  const initial = hasState
    ? {
        h: bench.sequence('h0', 1, B, H),
        c: memory ? bench.sequence('c0', 1, B, H) : null,
      }
    : null;
  const { h, final } = recurrent(bench, '', cell, x, H, { initial, isReversed });
  bench.judge('h', h);
  if (!hasState) return;
  bench.judge('hn', final.h);
  if (final.c) bench.judge('cn', final.c);
}

function buildShaping(bench: Bench, { T, B, D, H }: Shape, x: Sequence, name: Shaping): void {
  const { graph } = bench;
  switch (name) {
    case 'add':
      // x flows into the sum twice.
      bench.judge('y', graph.add(x, bench.sequence('z', T, B, D), x));
      return;
    case 'concat':
      bench.judge('y', graph.concat(x, bench.sequence('z', T, B, H), x));
      return;
    case 'slice': {
      const first = Math.floor(T / 3);
      bench.judge('y', graph.slice(x, first, Math.ceil(T / 2)));
      bench.judge('last', graph.slice(x, T - 1, 1));
      return;
    }
    case 'stack':
      bench.judge('y', graph.stack(x, bench.sequence('z', 2, B, D), x));
      return;
    case 'mean':
      bench.judge('y', graph.mean(x));
      return;
    case 'max':
      bench.judge('y', graph.max(x));
  }
}

/** Channels of different means, all of spread 1. */
function buildBatchNorm(bench: Bench, { T, B, D }: Shape, x: Sequence, isTraining: boolean): void {
  const { graph, backend } = bench;
  backend.write(
    x,
    bench.normals(T * B * D).map((value, i) => Math.fround(value + 2 * ((i % D) % 3))),
  );
  const [gamma, beta] = [bench.weight('γ', [D]), bench.weight('β', [D])];
  const runningMean = bench.weight('mean', [D]);
  const runningVariance = bench.weight('variance', [D]);
  backend.write(runningVariance, bench.uniforms(D));
  const terms = { x, gamma, beta, runningMean, runningVariance, isTraining };
  bench.judge('y', graph.batchNorm(terms));
}

/** Layers both ways, dropout between them, and the first layer's output read a second time. */
function buildStack(
  bench: Bench,
  { T, B, H }: Shape,
  x: Sequence,
  { cell, layers, isBidirectional, drops }: Extract<Subject, { kind: 'stack' }>,
): void {
  const { graph } = bench;
  let output = x;
  for (let l = 0; l < layers; l++) {
    const forward = recurrent(bench, `${l}.`, cell, output, H).h;
    output = isBidirectional
      ? graph.concat(forward, recurrent(bench, `${l}r.`, cell, output, H, { isReversed: true }).h)
      : forward;
    if (drops) output = graph.multiply(output, bench.mask(T, B, output.C));
    if (l === 0) bench.judge('first', graph.mean(output));
  }
  bench.judge('y', output);
}

type LossSubject = Extract<Subject, { kind: 'pointwise' | 'gaussian' | 'cross-entropy' }>;

function buildLoss(bench: Bench, x: Sequence, subject: LossSubject): void {
  const { T, B, C } = x;
  const { backend } = bench;
  switch (subject.kind) {
    case 'pointwise': {
      const target = bench.sequence('', T, B, C, false);
      const weight = bench.sequence('', T, B, C, false);
      backend.write(weight, bench.uniforms(T * B * C));
      const parameters = subject.name === 'quantile' ? [...bench.uniforms(C)] : [0.7];
      const { name } = subject;
      bench.judgeBy(backend.pointwise({ name, output: x, target, weight, parameters }));
      return;
    }
    case 'gaussian': {
      const output = bench.sequence('z', T, B, 2 * C);
      const weight = bench.sequence('', T, B, C, false);
      const target = bench.sequence('', T, B, C, false);
      backend.write(weight, bench.uniforms(T * B * C));
      bench.judgeBy(backend.gaussian({ output, target, weight }));
      return;
    }
    case 'cross-entropy': {
      const coefficients = bench.sequence('', T, B, C, false);
      backend.write(coefficients, bench.uniforms(T * B * C));
      bench.judgeBy(backend.crossEntropy({ output: x, coefficients }));
    }
  }
}

/** A recurrent layer, a head on its last step, and updates of all weights. */
function train(
  bench: Bench,
  { T, B, D, H }: Shape,
  { cell, rule, clips, l1 }: Extract<Subject, { kind: 'training' }>,
): Numbers {
  const { graph, backend } = bench;
  const { h } = recurrent(bench, '', cell, bench.sequence('x', T, B, D, false), H);
  const last = graph.slice(h, T - 1, 1);
  const loss = bench.judge(
    'y',
    graph.affine(last, bench.weight('V', [3, H]), bench.weight('c', [3])),
  );
  const momentum = rule === 'sgd' ? 0.9 : undefined;
  const optimiser = backend.optimiser(bench.weights, { name: rule, momentum });
  const out: Numbers = { losses: [], norms: [] };
  for (let step = 0; step < STEPS; step++) {
    graph.forward();
    graph.backward();
    out.losses.push(...loss.take());
    optimiser.update({
      learningRate: 0.01 / (step + 1),
      momentum: 0.9 - 0.01 * step,
      weightDecay: 0.02,
      l1,
      ...(clips === 'norm' && { clipNorm: 0.5 }),
      ...(clips === 'value' && { clipValue: 0.1 }),
    });
    out.norms.push(optimiser.norm());
  }
  const { updates, m, v } = optimiser.save();
  out.updates = [updates];
  m.forEach((all, i) => (out[`m${i}`] = [...all]));
  v.forEach((all, i) => (out[`v${i}`] = [...all]));
  bench.weights.forEach((weight, i) => (out[`θ${i}`] = [...backend.read(weight)]));
  return out;
}

/**
 * The largest max|d| / max|g| and where it was. All gradients of a case are one vector g, the
 * gradient of its loss; every other array is judged by itself. NaN and a wrong length are Infinity.
 */
export function largestError(
  found: Numbers,
  expected: Numbers,
): { readonly error: number; readonly name: string } {
  const isGradient = (name: string): boolean => name.startsWith('∂');
  const names = Object.keys(expected);
  const gradient = Math.max(...names.filter(isGradient).map((name) => largest(expected[name])));
  let worst = { error: 0, name: '' };
  for (const name of names) {
    const difference = largestDifference(found[name] ?? [], expected[name]);
    const scale = isGradient(name) ? gradient : largest(expected[name]);
    const error = difference === 0 ? 0 : difference / scale;
    if (error > worst.error) worst = { error, name };
  }
  return worst;
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function largestDifference(found: readonly number[], expected: readonly number[]): number {
  if (found.length !== expected.length) return Infinity;
  return expected.reduce((most, value, i) => {
    const distance = Math.abs(found[i] - value);
    return Number.isNaN(distance) ? Infinity : Math.max(most, distance);
  }, 0);
}
