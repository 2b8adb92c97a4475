/**
 * What is measured: X [T, B, D] → GRU of H → last h → dense of one output → mean squared error,
 * back through all steps, Adam. The same data and weights for every contestant.
 */
import { createRandom } from '../../../shared/math/prng.ts';

export interface Shape {
  readonly name: string;
  readonly B: number;
  readonly T: number;
  readonly H: number;
  readonly D: number;
}

export const SHAPES: readonly Shape[] = [
  { name: 'small', B: 64, T: 50, H: 32, D: 1 },
  { name: 'medium', B: 128, T: 100, H: 64, D: 8 },
  { name: 'large', B: 256, T: 250, H: 128, D: 25 },
];

/** Multiplications and additions of one training step in its products, forward and backward. */
export function flopsOf({ T, B, H, D }: Shape): number {
  return 6 * T * B * H * (3 * H + 2 * D);
}

/** PyTorch's names and layouts, row-major. */
export type Weights = Readonly<Record<string, number[]>>;

export interface Task {
  readonly shape: Shape;
  /** [T, B, D] */
  readonly x: number[];
  /** [B] */
  readonly y: number[];
  readonly weights: Weights;
}

export const WEIGHT_SHAPES = ({ H, D }: Shape): Readonly<Record<string, readonly number[]>> => ({
  weight_ih_l0: [3 * H, D],
  weight_hh_l0: [3 * H, H],
  bias_ih_l0: [3 * H],
  bias_hh_l0: [3 * H],
  head: [1, H],
  head_bias: [1],
});

export function taskOf(shape: Shape): Task {
  const { T, B, H, D } = shape;
  const random = createRandom(1);
  const numbers = (count: number, scale: number): number[] =>
    Array.from({ length: count }, () => Math.fround(scale * (2 * random.uniform() - 1)));
  const weights = Object.fromEntries(
    Object.entries(WEIGHT_SHAPES(shape)).map(([name, sizes]) => {
      return [
        name,
        numbers(
          sizes.reduce((a, b) => a * b),
          1 / Math.sqrt(H),
        ),
      ];
    }),
  );
  return { shape, x: numbers(T * B * D, 1), y: numbers(B, 1), weights };
}

export const LEARNING_RATE = 1e-3;
