/** The backward pass: step by step, then everything that is a sum over all steps. */
import { backwardOutputs, type CellSource } from '../cells/cell.ts';
import type { Layout } from '../layout.ts';
import type { Program } from '../program.ts';
import type { Surface } from '../surface.ts';
import type { WebglSequence } from '../tensors.ts';
import { inTime } from './in-time.ts';
import { one, turn, type Layer, type Turns } from './layer.ts';
import { backwardProduct, type StateProduct } from './state-product.ts';
import { weightGradients } from './weight-gradients.ts';

export function backwardPass(layer: Layer): () => void {
  const { memory, cell, y, initial, final } = layer;
  const { states, gates, h, c, tape } = layer;
  const T = y.T;
  const names = backwardOutputs(cell);
  const outputs = Object.fromEntries(
    names.map((name) => [name, [memory.surface(states), memory.surface(states)] as Turns]),
  );
  const product = backwardProduct(layer, outputs);
  const step = backProgram(layer, product);
  const past = pastNames(cell);
  const inputsAt = (s: number): Surface[] => [
    ...past.map((name) => turn(outputs[name], s + 1)),
    ...cell.reads.map((name) => readAt(name, s)),
    y.gradient,
    ...final.map((state) => state.gradient),
    ...product.surfacesAt(s),
  ];
  const readAt = (name: string, s: number): Surface => {
    if (name === 'h0' || name === 'h1') return turn(h, name === 'h0' ? s : s + 1);
    if (name === 'c0' || name === 'c1') return turn(c!, name === 'c0' ? s : s + 1);
    return tape[name];
  };
  const parts = (of: readonly string[]): Turns[] => of.map((name) => outputs[name]);
  const gather = inTime(layer, parts(cell.gates), gates, 0);
  const isShared = cell.gates.every((name, g) => name === cell.inputGates[g]);
  const stateSide = memory.surface(gates);
  const inputSide = isShared ? stateSide : memory.surface(gates);
  const addWeights = weightGradients(layer, stateSide, inputSide);
  const addInitial = initial.map((state, i) => {
    const name = i === 0 ? (cell.hasCarry ? 'carry' : null) : 'memory';
    return state.hasGradient && name ? pastGradient(layer, state, outputs[name][0]) : null;
  });
  return () => {
    for (let s = T - 1; s >= 0; s--) {
      const drawn = names.map((name) => turn(outputs[name], s));
      memory.run(step, drawn, inputsAt(s), [s, layer.stepOf(s)], s);
    }
    memory.run(gather, [stateSide], parts(cell.gates).flat());
    if (!isShared) memory.run(gather, [inputSide], parts(cell.inputGates).flat());
    addWeights();
    for (const add of addInitial) add?.();
  };
}

/** What of the step behind reaches a step past W_hh. */
function pastNames({ hasCarry, hasMemory }: CellSource): string[] {
  return [...(hasCarry ? ['carry'] : []), ...(hasMemory ? ['memory'] : [])];
}

/** The cell undone: dh from above, from behind through W_hh and past it, then the gates' own. */
function backProgram({ memory, cell, states, y, final }: Layer, product: StateProduct): Program {
  const reads = cell.reads.map((name) => {
    const state = name.endsWith('0') ? 's' : 's + 1';
    // The letter z is the thread's; a gate of that name is z0.
    return `const ${name === 'z' ? 'z0' : name} = ${name}Kept_at(x, y, ${state});`;
  });
  const layouts = (names: readonly string[], suffix: string): Record<string, Layout> =>
    Object.fromEntries(names.map((name) => [`${name}${suffix}`, states]));
  const finals = final.map((state, i) => [`final${i}`, state.layout]);
  return memory.program({
    name: 'recurrent step back',
    textures: {
      ...layouts(pastNames(cell), 'Behind'),
      ...layouts(cell.reads, 'Kept'),
      ...{ dy: y.layout },
      ...(Object.fromEntries(finals) as Record<string, Layout>),
      ...product.textures,
    },
    numbers: { s: 'Integer', t: 'Integer' },
    saves: backwardOutputs(cell).slice(1),
    natives: [...cell.natives, ...product.natives],
    output: one(states),
    body: `
      let dh = dy_at(x, y, t);
      ${cell.hasCarry ? 'dh = plus(dh, carryBehind_at(x, y, s + 1));' : ''}
      ${cell.hasMemory ? 'let dc = memoryBehind_at(x, y, s + 1);' : ''}
      ${final.length > 0 ? `if (s === ${y.T - 1}) dh = plus(dh, final0_at(x, y, 0));` : ''}
      ${final.length > 1 ? `if (s === ${y.T - 1}) dc = plus(dc, final1_at(x, y, 0));` : ''}
      ${product.text}
      ${reads.join('\n')}
      ${cell.backward}`,
  });
}

/** Adds what passed W_hh by at the first step to the gradient of an initial state. */
function pastGradient({ memory, states }: Layer, state: WebglSequence, from: Surface): () => void {
  const program = memory.program({
    name: 'initial gradient',
    textures: { old: state.layout, past: states },
    output: state.layout,
    body: 'return plus(old_at(x, y, 0), past_at(x, y, 0));',
  });
  memory.reserve(state.layout);
  return () => memory.add(state, program, [from]);
}
