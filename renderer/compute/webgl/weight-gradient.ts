/**
 * dW_j += Σ_t x_{t·stride + j − padding} dy_tᵀ. A thread sums a block of up to 8 × 4 numbers of W,
 * so that three fetches serve 32 products; its rows leave through as many outputs. A second drawing
 * adds the chunks of time and brings the rows to their places.
 */
import { layoutOf, type Layout } from './layout.ts';
import type { Memory } from './memory.ts';
import type { ProductShape } from './product.ts';
import { stepsPerChunk } from './sums.ts';
import type { Surface } from './surface.ts';
import type { Owner } from './tensors.ts';

/** Texels of x that a thread takes: four rows of W each; eight outputs are what cards have. */
const TEXELS_MAX = 2;

/** `first`: the step of dy behind y's first. */
export function addWeightGradient(
  memory: Memory,
  shape: ProductShape,
  owner: Owner,
  first = 0,
  dy = shape.y,
): (x: Surface, dy: Surface) => void {
  const { x, y, weight, taps, stride, padding } = shape;
  const { Y: B, Z: T } = y;
  const texels = Math.min(TEXELS_MAX, x.X);
  const blocksPerTap = Math.ceil(x.X / texels);
  const steps = stepsPerChunk(T, B);
  const chunks = layoutOf(weight.X, taps * blocksPerTap, Math.ceil(T / steps));
  const rows = Array.from({ length: 4 * texels }, (_, row) => row);
  const sums = rows.map(() => memory.surface(chunks));
  const takes = Array.from({ length: texels }, (_, i) => {
    const add = (lane: number): string =>
      `a${4 * i + lane} = plus(a${4 * i + lane}, scaled(g, v${i}[${lane}]));`;
    return `const v${i} = input_at(d + ${i}, n, s);\n${[0, 1, 2, 3].map(add).join('\n')}`;
  });
  const program = memory.program({
    name: 'weight gradient blocks',
    textures: { input: x, dy },
    saves: rows.slice(1).map((row) => `row${row}`),
    output: chunks,
    body: `
      const j = quotient(y, ${blocksPerTap});
      const d = (y - j * ${blocksPerTap}) * ${texels};
      ${rows.map((row) => `let a${row} = [0, 0, 0, 0];`).join('\n')}
      for (let i = 0; i < ${steps}; i++) {
        const t = z * ${steps} + i;
        const s = t * ${stride} + j - ${padding};
        if (t < ${T} && s >= 0 && s < ${x.Z}) {
          for (let n = 0; n < ${B}; n++) {
            const g = dy_at(x, n, t + ${first});
            ${takes.join('\n')}
          }
        }
      }
      ${rows
        .slice(1)
        .map((row) => `save_row${row}(a${row});`)
        .join('\n')}
      return a0;`,
  });
  const add = addBlocks(memory, shape, { chunks, texels, blocksPerTap }, owner);
  return (from, gradient) => {
    memory.run(program, sums, [from, gradient]);
    add(sums);
  };
}

interface Blocks {
  readonly chunks: Layout;
  readonly texels: number;
  readonly blocksPerTap: number;
}

function addBlocks(
  memory: Memory,
  { x, weight }: ProductShape,
  { chunks, texels, blocksPerTap }: Blocks,
  owner: Owner,
): (sums: readonly Surface[]) => void {
  const rows = Array.from({ length: 4 * texels }, (_, row) => row);
  const take = (row: number): string => `
      if (row === ${row}) {
        for (let i = 0; i < ${chunks.Z}; i++) sum = plus(sum, row${row}_at(x, block, i));
      }`;
  const program = memory.program({
    name: 'add weight gradient',
    textures: {
      old: weight,
      ...Object.fromEntries(rows.map((row) => [`row${row}`, chunks])),
    },
    output: weight,
    body: `
      const texel = quotient(y, 4);
      const j = quotient(texel, ${x.X});
      const d = texel - j * ${x.X};
      const inTap = quotient(d, ${texels});
      const block = j * ${blocksPerTap} + inTap;
      const row = (d - inTap * ${texels}) * 4 + y - texel * 4;
      let sum = old_at(x, y, 0);
      ${rows.map(take).join('')}
      return sum;`,
  });
  memory.reserve(weight);
  return (sums) => memory.add(owner, program, sums);
}
