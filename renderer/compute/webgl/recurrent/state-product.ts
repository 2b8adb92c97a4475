/**
 * The product with W_hh in every step. Few units: within the cell's own drawing. More: in a drawing
 * before it, where a thread serves four rows of the batch with each weight it fetches, as fetching
 * is what costs; its four sums leave through four outputs, a quarter of the batch in each.
 */
import type { Layout } from '../layout.ts';
import { layoutOf } from '../layout.ts';
import type { NativeFunction } from '../prelude.ts';
import type { Surface } from '../surface.ts';
import { turn, type Layer, type Turns } from './layer.ts';

/** Texels of hidden units up to which one drawing a step is faster than two. */
const WITHIN_MAX = 8;
const BANDS = [0, 1, 2, 3];

export interface StateProduct {
  /** What the cell's kernel reads for it. */
  readonly textures: Readonly<Record<string, Layout>>;
  readonly natives: readonly NativeFunction[];
  /** Statements: forward they make g0…, a sum by gate; back they add to dh. */
  readonly text: string;
  /** The textures at step s, drawn now where they are drawn apart. */
  surfacesAt(s: number): readonly Surface[];
}

const rows = (column: string, row: string): string =>
  [0, 1, 2, 3].map((i) => `w_at(${column}, ${row} + ${i}, 0)`).join(', ');

/** g = W_hh h + b_hh */
export function forwardProduct(layer: Layer): StateProduct {
  const { cell, weightHh, biasHh, y } = layer;
  const H4 = y.layout.X;
  if (H4 > WITHIN_MAX) return forwardApart(layer);
  const gates = cell.gates.map((_, g) => g);
  const products = gates.map(
    (g) => `g${g} = multiplyAdd(g${g}, v, ${rows(`x + ${g * H4}`, 'k * 4')});`,
  );
  return {
    textures: { w: weightHh.layout, b: biasHh.layout },
    natives: [],
    text: `
      ${gates.map((g) => `let g${g} = b_at(x + ${g * H4}, 0, 0);`).join('\n')}
      for (let k = 0; k < ${H4}; k++) {
        const v = before_at(k, y, s);
        ${products.join('\n')}
      }`,
    surfacesAt: () => [weightHh.value, biasHh.value],
  };
}

function forwardApart({ memory, cell, states, weightHh, biasHh, h, y }: Layer): StateProduct {
  const H4 = y.layout.X;
  const bands = bandsOf(cell.gates.length * H4, y.B);
  const sums = BANDS.map(() => memory.surface(bands));
  const program = memory.program({
    name: 'state product',
    textures: { before: states, w: weightHh.layout, b: biasHh.layout },
    numbers: { s: 'Integer' },
    saves: ['sum1', 'sum2', 'sum3'],
    output: bands,
    body: `
      ${BANDS.map((i) => `let a${i} = b_at(x, 0, 0);`).join('\n')}
      for (let k = 0; k < ${H4}; k++) {
        ${weights(0, 'x', 'k * 4')}
        ${BANDS.map((i) => addBand(i, 0, 'multiplyAdd', 'before', bands)).join('\n')}
      }
      ${SAVED}`,
  });
  return {
    ...picking(bands),
    text: `
      ${bandOf(bands)}
      ${cell.gates.map((_, g) => `const g${g} = ${picked(`x + ${g * H4}`)};`).join('\n')}`,
    surfacesAt: (s) => {
      memory.run(program, sums, [turn(h, s), weightHh.value, biasHh.value], [s]);
      return sums;
    },
  };
}

/** dh += W_hhᵀ dg of the step behind; `gradients`: of the gates, by name. */
export function backwardProduct(
  layer: Layer,
  gradients: Readonly<Record<string, Turns>>,
): StateProduct {
  const { cell, states, weightHh, y } = layer;
  const H4 = y.layout.X;
  if (H4 > WITHIN_MAX) return backwardApart(layer, gradients);
  const products = cell.gates.map(
    (name, g) =>
      `dh = dotAdd(dh, ${name}Behind_at(k, y, s + 1), ${rows(`k + ${g * H4}`, 'x * 4')});`,
  );
  return {
    textures: { ...behind(cell.gates, states), w: weightHh.layout },
    natives: [],
    text: `
      for (let k = 0; k < ${H4}; k++) {
        ${products.join('\n')}
      }`,
    surfacesAt: (s) => [...cell.gates.map((name) => turn(gradients[name], s + 1)), weightHh.value],
  };
}

function backwardApart(
  { memory, cell, states, weightHh, y }: Layer,
  gradients: Readonly<Record<string, Turns>>,
): StateProduct {
  const H4 = y.layout.X;
  const bands = bandsOf(H4, y.B);
  const sums = BANDS.map(() => memory.surface(bands));
  const gate = (name: string, g: number): string => `
    ${weights(g, `k + ${g * H4}`, 'x * 4')}
    ${BANDS.map((i) => addBand(i, g, 'dotAdd', `${name}Behind`, bands)).join('\n')}`;
  const program = memory.program({
    name: 'state product back',
    textures: { ...behind(cell.gates, states), w: weightHh.layout },
    numbers: { s: 'Integer' },
    saves: ['sum1', 'sum2', 'sum3'],
    output: bands,
    body: `
      ${BANDS.map((i) => `let a${i} = [0, 0, 0, 0];`).join('\n')}
      for (let k = 0; k < ${H4}; k++) {
        ${cell.gates.map(gate).join('')}
      }
      ${SAVED}`,
  });
  return {
    ...picking(bands),
    text: `
      ${bandOf(bands)}
      dh = plus(dh, ${picked('x')});`,
    surfacesAt: (s) => {
      const inputs = cell.gates.map((name) => turn(gradients[name], s + 1));
      memory.run(program, sums, [...inputs, weightHh.value], [s + 1]);
      return sums;
    },
  };
}

const behind = (names: readonly string[], states: Layout): Record<string, Layout> =>
  Object.fromEntries(names.map((name) => [`${name}Behind`, states]));

/** A quarter of the batch, rounded up: what lies past the last row is drawn and never read. */
const bandsOf = (X: number, B: number): Layout => layoutOf(X, Math.ceil(B / BANDS.length), 1);

/** Four rows of W by names that no other gate has. */
const weights = (gate: number, column: string, row: string): string =>
  [0, 1, 2, 3].map((i) => `const w${gate}${i} = w_at(${column}, ${row} + ${i}, 0);`).join('\n');

/** Adds to the sum of row y of band i. */
function addBand(i: number, gate: number, add: string, from: string, { Y }: Layout): string {
  const w = [0, 1, 2, 3].map((row) => `w${gate}${row}`).join(', ');
  return `a${i} = ${add}(a${i}, ${from}_at(k, y + ${i * Y}, s), ${w});`;
}

const SAVED = 'save_sum1(a1);\nsave_sum2(a2);\nsave_sum3(a3);\nreturn a0;';

const PICK: NativeFunction = {
  name: 'pickBand',
  returns: 'vec4',
  parameters: [['int', 'band'], ...BANDS.map((i): ['vec4', string] => ['vec4', `a${i}`])],
  body: 'return band < 2 ? (band == 0 ? a0 : a1) : (band == 2 ? a2 : a3);',
};

function picking(bands: Layout): Pick<StateProduct, 'textures' | 'natives'> {
  return { textures: Object.fromEntries(BANDS.map((i) => [`sum${i}`, bands])), natives: [PICK] };
}

const bandOf = ({ Y }: Layout): string =>
  `const band = quotient(y, ${Y});\nconst row = y - band * ${Y};`;

const picked = (column: string): string =>
  `pickBand(band, ${BANDS.map((i) => `sum${i}_at(${column}, row, 0)`).join(', ')})`;
