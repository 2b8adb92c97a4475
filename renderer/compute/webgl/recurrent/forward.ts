/** The forward pass: inputs of all steps at once, then step by step. */
import { layoutOf, type Layout } from '../layout.ts';
import type { Program } from '../program.ts';
import { copy } from '../shaping.ts';
import type { Surface } from '../surface.ts';
import { inTime } from './in-time.ts';
import { one, turn, type Layer } from './layer.ts';
import { inputProduct } from './input-product.ts';
import { forwardProduct, type StateProduct } from './state-product.ts';

export function forwardPass(layer: Layer): () => void {
  const { memory, y, initial, final } = layer;
  const { states, h, c, tape } = layer;
  const T = y.T;
  const inputSide = inputProduct(layer);
  const product = forwardProduct(layer);
  const step = stepProgram(layer, product, inputSide.layout);
  const state = layoutOf(states.X, states.Y, 1);
  const begin = copy(memory, state, one(states));
  const unwind = inTime(layer, [h], y.layout, 1);
  const end = copy(memory, states, state);
  const turns = c ? [h, c] : [h];
  const kept = Object.values(tape);
  return () => {
    inputSide.draw();
    initial.forEach((state, i) => memory.run(begin, [turns[i][0]], [state.value], [0], 0));
    for (let s = 0; s < T; s++) {
      const outputs = [turn(h, s + 1), ...(c ? [turn(c, s + 1)] : []), ...kept];
      const before: Surface[] = turns.map((pair) => turn(pair, s));
      const [input, t] = inputSide.at(layer.stepOf(s));
      memory.run(step, outputs, [input, ...before, ...product.surfacesAt(s)], [s, t], s + 1);
    }
    memory.run(unwind, [y.value], [...h]);
    final.forEach((state, i) => memory.run(end, [state.value], [turn(turns[i], T)], [T]));
  };
}

/** The cell, on the sums of the state side and of the input side. */
function stepProgram(
  { memory, cell, states, y }: Layer,
  product: StateProduct,
  input: Layout,
): Program {
  const H4 = y.layout.X;
  const inputs = cell.gates.map((_, g) => `const i${g} = input_at(x + ${g * H4}, y, t);`);
  const textures: Record<string, Layout> = {
    ...{ input, before: states },
    ...(cell.hasMemory && { memory: states }),
    ...product.textures,
  };
  return memory.program({
    ...{ name: 'recurrent step', textures },
    numbers: { s: 'Integer', t: 'Integer' },
    saves: [...(cell.hasMemory ? ['c'] : []), ...cell.tape],
    natives: [...cell.natives, ...product.natives],
    output: one(states),
    body: `
      ${product.text}
      ${inputs.join('\n')}
      const h = before_at(x, y, s);
      ${cell.hasMemory ? 'const c = memory_at(x, y, s);' : ''}
      ${cell.forward}`,
  });
}
