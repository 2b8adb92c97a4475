/**
 * W_ih x + b_ih of all steps and gates before the first step. A thread serves the same row of four
 * steps with each weight it fetches; a quarter of the steps leaves through each of four outputs.
 */
import { layoutOf, type Layout } from '../layout.ts';
import type { Surface } from '../surface.ts';
import type { Layer } from './layer.ts';

const QUARTERS = [0, 1, 2, 3];

export interface InputProduct {
  /** Of the steps in one surface. */
  readonly layout: Layout;
  draw(): void;
  /** The surface that step t is in, and its place there. */
  at(t: number): readonly [Surface, number];
}

export function inputProduct({ memory, x, gates, weightIh, biasIh }: Layer): InputProduct {
  const steps = Math.ceil(x.T / QUARTERS.length);
  const layout = layoutOf(gates.X, x.B, steps);
  const surfaces = QUARTERS.map(() => memory.surface(layout));
  const add = (i: number): string =>
    `a${i} = multiplyAdd(a${i}, input_at(k, y, z + ${i * steps}), w0, w1, w2, w3);`;
  const program = memory.program({
    name: 'input product',
    textures: { input: x.layout, w: weightIh.layout, b: biasIh.layout },
    saves: ['quarter1', 'quarter2', 'quarter3'],
    output: layout,
    body: `
      ${QUARTERS.map((i) => `let a${i} = b_at(x, 0, 0);`).join('\n')}
      for (let k = 0; k < ${x.layout.X}; k++) {
        ${[0, 1, 2, 3].map((i) => `const w${i} = w_at(x, k * 4 + ${i}, 0);`).join('\n')}
        ${QUARTERS.map(add).join('\n')}
      }
      save_quarter1(a1);
      save_quarter2(a2);
      save_quarter3(a3);
      return a0;`,
  });
  return {
    layout,
    draw: () => memory.run(program, surfaces, [x.value, weightIh.value, biasIh.value]),
    at: (t) => [surfaces[Math.floor(t / steps)], t % steps],
  };
}
