/**
 * Products with a weight along time: a dense layer, a convolution and the input side of a
 * recurrent layer are one thing.
 *
 *   y_t = b + Σ_j W_j x_{t·stride + j − padding}
 *
 * One tap without stride and padding is the dense layer; a padding of 1 looks one step back.
 */
import type { Layout } from './layout.ts';
import type { Memory } from './memory.ts';
import type { Program } from './program.ts';
import type { Surface } from './surface.ts';
import type { Owner } from './tensors.ts';

export interface ProductShape {
  /** [T, B, D/4] */
  readonly x: Layout;
  /** [T', B, K/4] */
  readonly y: Layout;
  /** [taps · D, K/4], D filled up to a multiple of four. */
  readonly weight: Layout;
  readonly taps: number;
  readonly stride: number;
  readonly padding: number;
}

export function dense(x: Layout, y: Layout, weight: Layout, padding = 0): ProductShape {
  return { x, y, weight, taps: 1, stride: 1, padding };
}

/** y from x, W and, where there is one, b. */
export function productForward(
  memory: Memory,
  { x, y, weight, taps, stride, padding }: ProductShape,
  bias: Layout | null,
): Program {
  return memory.program({
    name: 'product',
    textures: { input: x, w: weight, ...(bias && { b: bias }) },
    output: y,
    body: `
      let sum = ${bias ? 'b_at(x, 0, 0)' : '[0, 0, 0, 0]'};
      for (let j = 0; j < ${taps}; j++) {
        const t = z * ${stride} + j - ${padding};
        if (t >= 0 && t < ${x.Z}) {
          for (let k = 0; k < ${x.X}; k++) {
            const row = (j * ${x.X} + k) * 4;
            sum = multiplyAdd(
              sum, input_at(k, y, t), w_at(x, row, 0), w_at(x, row + 1, 0), w_at(x, row + 2, 0),
              w_at(x, row + 3, 0));
          }
        }
      }
      return sum;`,
  });
}

/** dx_t += Σ_j W_jᵀ dy_{(t + padding − j) / stride}; `first`: the step of dy behind y's first. */
export function addInputGradient(
  memory: Memory,
  { x, y, weight, taps, stride, padding }: ProductShape,
  owner: Owner,
  first = 0,
  dy = y,
): (dy: Surface, w: Surface) => void {
  const program = memory.program({
    name: 'input gradient',
    textures: { old: x, dy, w: weight },
    output: x,
    body: `
      let sum = old_at(x, y, z);
      for (let j = 0; j < ${taps}; j++) {
        const at = z + ${padding} - j;
        const t = quotient(at, ${stride});
        if (at >= 0 && t < ${y.Z} && t * ${stride} === at) {
          const row = (j * ${x.X} + x) * 4;
          for (let k = 0; k < ${y.X}; k++) {
            sum = dotAdd(
              sum, dy_at(k, y, t + ${first}), w_at(k, row, 0), w_at(k, row + 1, 0),
              w_at(k, row + 2, 0), w_at(k, row + 3, 0));
          }
        }
      }
      return sum;`,
  });
  memory.reserve(x);
  return (from, w) => memory.add(owner, program, [from, w]);
}
