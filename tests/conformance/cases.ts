/** One small network per kernel, and some of several, as plain data that any backend can run. */
import fc from 'fast-check';
import type { Activation, PointwiseName } from '../../shared/model/backend.ts';
import type { CellName } from '../../shared/model/cells/cell.ts';
import type { OptimiserName } from '../../shared/model/optimisers/rule.ts';

export interface Shape {
  readonly T: number;
  readonly B: number;
  readonly D: number;
  readonly H: number;
}

export type Shaping = 'add' | 'concat' | 'slice' | 'stack' | 'mean' | 'max';

/** What to build over x [T, B, D]; H is the width of what comes out or lies within. */
export type Subject =
  | { readonly kind: 'affine'; readonly hasBias: boolean }
  | {
      readonly kind: 'recurrent';
      readonly cell: CellName;
      readonly isReversed: boolean;
      readonly hasState: boolean;
    }
  | {
      readonly kind: 'convolution';
      readonly width: number;
      readonly stride: number;
      readonly padding: number;
    }
  | { readonly kind: 'attention'; readonly hasQuery: boolean; readonly A: number }
  | { readonly kind: 'activation'; readonly name: Activation }
  | { readonly kind: 'shaping'; readonly name: Shaping }
  | { readonly kind: 'batch-norm'; readonly isTraining: boolean }
  | { readonly kind: 'multiply' }
  | { readonly kind: 'pointwise'; readonly name: PointwiseName }
  | { readonly kind: 'gaussian' }
  | { readonly kind: 'cross-entropy' }
  | {
      readonly kind: 'stack';
      readonly cell: CellName;
      readonly layers: number;
      readonly isBidirectional: boolean;
      readonly drops: boolean;
    }
  | {
      readonly kind: 'training';
      readonly cell: CellName;
      readonly rule: OptimiserName;
      readonly clips: 'norm' | 'value' | 'none';
      readonly l1: number;
    };

export interface Case {
  readonly shape: Shape;
  readonly subject: Subject;
  readonly seed: number;
}

const cell = fc.constantFrom<CellName>('rnn-tanh', 'rnn-relu', 'lstm', 'gru');
const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

export const subjects: Record<Subject['kind'], fc.Arbitrary<Subject>> = {
  affine: fc.record({ kind: fc.constant('affine'), hasBias: fc.boolean() }),
  recurrent: fc.record({
    kind: fc.constant('recurrent'),
    cell,
    isReversed: fc.boolean(),
    hasState: fc.boolean(),
  }),
  convolution: fc.record({
    kind: fc.constant('convolution'),
    width: size(3),
    stride: size(3),
    padding: fc.integer({ min: 1, max: 2 }),
  }),
  attention: fc.record({ kind: fc.constant('attention'), hasQuery: fc.boolean(), A: size(9) }),
  activation: fc.record({
    kind: fc.constant('activation'),
    name: fc.constantFrom('tanh', 'relu'),
  }),
  shaping: fc.record({
    kind: fc.constant('shaping'),
    name: fc.constantFrom('add', 'concat', 'slice', 'stack', 'mean', 'max'),
  }),
  'batch-norm': fc.record({ kind: fc.constant('batch-norm'), isTraining: fc.boolean() }),
  multiply: fc.record({ kind: fc.constant('multiply') }),
  pointwise: fc.record({
    kind: fc.constant('pointwise'),
    name: fc.constantFrom('mse', 'mae', 'huber', 'quantile'),
  }),
  gaussian: fc.record({ kind: fc.constant('gaussian') }),
  'cross-entropy': fc.record({ kind: fc.constant('cross-entropy') }),
  stack: fc.record({
    kind: fc.constant('stack'),
    cell,
    layers: size(4),
    isBidirectional: fc.boolean(),
    drops: fc.boolean(),
  }),
  training: fc.record({
    kind: fc.constant('training'),
    // relu has a kink, past which two roundings go two ways.
    cell: fc.constantFrom<CellName>('rnn-tanh', 'lstm', 'gru'),
    rule: fc.constantFrom('sgd', 'adagrad', 'rmsprop', 'adam', 'adamw'),
    clips: fc.constantFrom('norm', 'value', 'none'),
    l1: fc.constantFrom(0, 0.01),
  }),
};

/** Sizes that are and are not multiples of four. */
export const shapes: fc.Arbitrary<Shape> = fc.record({
  T: size(9),
  B: size(75),
  D: size(9),
  H: size(21),
});

/** Cases of one kind; the same seed gives the same cases. */
export function drawCases(kind: Subject['kind'], count: number, seed: number): Case[] {
  const one = fc.record({ shape: shapes, subject: subjects[kind], seed: fc.nat() });
  return fc.sample(one, { numRuns: count, seed });
}
