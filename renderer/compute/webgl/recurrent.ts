/**
 * A recurrent layer over a whole sequence: one drawing projects the inputs of all steps, then one
 * drawing a step forward and one a step back; the weights' gradients are products over all steps at
 * once. Steps count in the order of reading: s = 0 is read first.
 */
import type { Kernel, Recurrent } from '../../../shared/model/backend.ts';
import { backwardOutputs, cellSources, type CellSource } from './cells/cell.ts';
import { layoutOf, type Layout } from './layout.ts';
import type { Memory } from './memory.ts';
import { addInputGradient, addWeightGradient, dense, productForward } from './product.ts';
import type { Program } from './program.ts';
import { copy } from './shaping.ts';
import { rowSum } from './sums.ts';
import type { Surface } from './surface.ts';
import { own, ownWeight, type WebglSequence, type WebglWeight } from './tensors.ts';

export function recurrent(memory: Memory, terms: Recurrent): Kernel {
  const layer = layerOf(memory, terms);
  const forward = forwardPass(layer);
  const backward = backwardPass(layer);
  return { forward, backward };
}

/** Two surfaces by turns: what belongs to step or state i lies in the one of i's parity. */
type Turns = readonly [Surface, Surface];
const turn = (turns: Turns, i: number): Surface => turns[i % 2];

interface Layer {
  readonly memory: Memory;
  readonly cell: CellSource;
  readonly x: WebglSequence;
  readonly y: WebglSequence;
  readonly weightIh: WebglWeight;
  readonly weightHh: WebglWeight;
  readonly biasIh: WebglWeight;
  readonly biasHh: WebglWeight;
  /** h and, where there is one, c. */
  readonly initial: readonly WebglSequence[];
  readonly final: readonly WebglSequence[];
  readonly isReversed: boolean;
  /** One gate of all states, [T + 1, B, H/4]. */
  readonly states: Layout;
  /** All gates of all steps, [T, B, G · H/4]. */
  readonly gates: Layout;
  /** h_0..T */
  readonly h: Turns;
  /** c_0..T, null without memory. */
  readonly c: Turns | null;
  /** What the forward steps keep, by name. */
  readonly tape: Readonly<Record<string, Surface>>;
  /** The step of the sequence that is read as step s. */
  stepOf(s: number): number;
}

function layerOf(memory: Memory, terms: Recurrent): Layer {
  const cell = cellSources[terms.cell];
  const [x, y] = [own(terms.x), own(terms.h)];
  const { X: H4, Y: B, Z: T } = y.layout;
  const states = layoutOf(H4, B, T + 1);
  const turns = (): Turns => [memory.surface(states), memory.surface(states)];
  const both = (state: Recurrent['initial']): WebglSequence[] =>
    state ? [state.h, ...(state.c ? [state.c] : [])].map(own) : [];
  const { weightIh, weightHh, biasIh, biasHh } = terms.weights;
  return {
    ...{ memory, cell, x, y, states, isReversed: terms.isReversed },
    ...{ weightIh: ownWeight(weightIh), weightHh: ownWeight(weightHh) },
    ...{ biasIh: ownWeight(biasIh), biasHh: ownWeight(biasHh) },
    initial: both(terms.initial),
    final: both(terms.final),
    gates: layoutOf(cell.gates.length * H4, B, T),
    h: turns(),
    c: cell.hasMemory ? turns() : null,
    tape: Object.fromEntries(cell.tape.map((name) => [name, memory.surface(states)])),
    stepOf: (s) => (terms.isReversed ? T - 1 - s : s),
  };
}

function forwardPass(layer: Layer): () => void {
  const { memory, x, y, weightIh, weightHh, biasIh, biasHh, initial, final } = layer;
  const { states, gates, h, c, tape } = layer;
  const T = y.T;
  const inputSide = memory.surface(gates);
  const project = productForward(memory, dense(x.layout, gates, weightIh.layout), biasIh.layout);
  const step = stepProgram(layer);
  const state = layoutOf(states.X, states.Y, 1);
  const begin = copy(memory, state, one(states));
  const unwind = inTime(memory, layer, [h], y.layout, 1);
  const end = copy(memory, states, state);
  const turns = c ? [h, c] : [h];
  const kept = Object.values(tape);
  return () => {
    memory.run(project, [inputSide], [x.value, weightIh.value, biasIh.value]);
    initial.forEach((state, i) => memory.run(begin, [turns[i][0]], [state.value], [0], 0));
    for (let s = 0; s < T; s++) {
      const outputs = [turn(h, s + 1), ...(c ? [turn(c, s + 1)] : []), ...kept];
      const before = turns.map((one) => turn(one, s));
      const inputs = [inputSide, ...before, weightHh.value, biasHh.value];
      memory.run(step, outputs, inputs, [s, layer.stepOf(s)], s + 1);
    }
    memory.run(unwind, [y.value], [...h]);
    final.forEach((state, i) => memory.run(end, [state.value], [turn(turns[i], T)], [T]));
  };
}

/** The layout of one step alone, folded as the whole is. */
function one(of: Layout): Layout {
  return { ...of, Z: 1 };
}

/** One step forward: the product with W_hh of all gates, and the cell. */
function stepProgram({ memory, cell, states, gates, weightHh, biasHh, y }: Layer): Program {
  const H4 = y.layout.X;
  const all = cell.gates.map((_, g) => g);
  const product = all.map((g) => {
    const rows = [0, 1, 2, 3].map((i) => `w_at(x + ${g * H4}, k * 4 + ${i}, 0)`);
    return `g${g} = multiplyAdd(g${g}, v, ${rows.join(', ')});`;
  });
  return memory.program({
    name: 'recurrent step',
    textures: {
      ...{ input: gates, before: states },
      ...(cell.hasMemory && { memory: states }),
      ...{ w: weightHh.layout, b: biasHh.layout },
    },
    numbers: { s: 'Integer', t: 'Integer' },
    saves: [...(cell.hasMemory ? ['c'] : []), ...cell.tape],
    natives: cell.natives,
    output: one(states),
    body: `
      ${all.map((g) => `let g${g} = b_at(x + ${g * H4}, 0, 0);`).join('\n')}
      for (let k = 0; k < ${H4}; k++) {
        const v = before_at(k, y, s);
        ${product.join('\n')}
      }
      ${all.map((g) => `const i${g} = input_at(x + ${g * H4}, y, t);`).join('\n')}
      const h = before_at(x, y, s);
      ${cell.hasMemory ? 'const c = memory_at(x, y, s);' : ''}
      ${cell.forward}`,
  });
}

/**
 * Steps out of surfaces by turns into one in the order of time, gates beside each other; `behind`
 * is 1 for states, which lie one behind their step.
 */
function inTime(
  memory: Memory,
  { isReversed, states, y }: Layer,
  parts: readonly Turns[],
  output: Layout,
  behind: number,
): Program {
  const H4 = states.X;
  const pick = parts.map(
    (_, g) => `
      if (gate === ${g}) {
        if (odd === 0) value = even${g}_at(column, y, i);
        else value = odd${g}_at(column, y, i);
      }`,
  );
  return memory.program({
    name: 'in the order of time',
    textures: Object.fromEntries(
      parts.flatMap((_, g) => [
        [`even${g}`, states],
        [`odd${g}`, states],
      ]),
    ),
    output,
    body: `
      const gate = quotient(x, ${H4});
      const column = x - gate * ${H4};
      const i = ${isReversed ? `${y.T - 1} - z` : 'z'} + ${behind};
      const odd = remainder(i, 2);
      let value = [0, 0, 0, 0];
      ${pick.join('')}
      return value;`,
  });
}

function backwardPass(layer: Layer): () => void {
  const { memory, cell, y, weightHh, initial, final } = layer;
  const { states, gates, h, c, tape } = layer;
  const T = y.T;
  const names = backwardOutputs(cell);
  const outputs = Object.fromEntries(
    names.map((name) => [name, [memory.surface(states), memory.surface(states)] as Turns]),
  );
  const step = backProgram(layer);
  const carried = carriedNames(cell);
  const inputsAt = (s: number): Surface[] => [
    ...carried.map((name) => turn(outputs[name], s + 1)),
    ...cell.reads.map((name) => readAt(name, s)),
    ...[weightHh.value, y.gradient],
    ...final.map((state) => state.gradient),
  ];
  const readAt = (name: string, s: number): Surface => {
    if (name === 'h0' || name === 'h1') return turn(h, name === 'h0' ? s : s + 1);
    if (name === 'c0' || name === 'c1') return turn(c!, name === 'c0' ? s : s + 1);
    return tape[name];
  };
  const parts = (of: readonly string[]): Turns[] => of.map((name) => outputs[name]);
  const gather = inTime(memory, layer, parts(cell.gates), gates, 0);
  const isShared = cell.gates.every((name, g) => name === cell.inputGates[g]);
  const stateSide = memory.surface(gates);
  const inputSide = isShared ? stateSide : memory.surface(gates);
  const addWeights = weightGradients(layer, stateSide, inputSide);
  const addInitial = initial.map((state, i) => {
    const past = i === 0 ? (cell.hasCarry ? 'carry' : null) : 'memory';
    return state.hasGradient && past ? pastGradient(layer, state, outputs[past][0]) : null;
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

/** What of the step behind a backward step reads. */
function carriedNames({ gates, hasCarry, hasMemory }: CellSource): string[] {
  return [...gates, ...(hasCarry ? ['carry'] : []), ...(hasMemory ? ['memory'] : [])];
}

/** One step back: dh through W_hh of the step behind, fused with the gates' own gradients. */
function backProgram({ memory, cell, states, weightHh, y, final }: Layer): Program {
  const H4 = y.layout.X;
  const product = cell.gates.map((name, g) => {
    const rows = [0, 1, 2, 3].map((i) => `w_at(k + ${g * H4}, x * 4 + ${i}, 0)`);
    return `dh = dotAdd(dh, ${name}Behind_at(k, y, s + 1), ${rows.join(', ')});`;
  });
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
      ...layouts(carriedNames(cell), 'Behind'),
      ...layouts(cell.reads, 'Kept'),
      ...{ w: weightHh.layout, dy: y.layout },
      ...(Object.fromEntries(finals) as Record<string, Layout>),
    },
    numbers: { s: 'Integer', t: 'Integer' },
    saves: backwardOutputs(cell).slice(1),
    natives: cell.natives,
    output: one(states),
    body: `
      let dh = dy_at(x, y, t);
      ${cell.hasCarry ? 'dh = plus(dh, carryBehind_at(x, y, s + 1));' : ''}
      ${cell.hasMemory ? 'let dc = memoryBehind_at(x, y, s + 1);' : ''}
      ${final.length > 0 ? `if (s === ${y.T - 1}) dh = plus(dh, final0_at(x, y, 0));` : ''}
      ${final.length > 1 ? `if (s === ${y.T - 1}) dc = plus(dc, final1_at(x, y, 0));` : ''}
      for (let k = 0; k < ${H4}; k++) {
        ${product.join('\n')}
      }
      ${reads.join('\n')}
      ${cell.backward}`,
  });
}

/** Products over all steps at once; h of the step before is the output, looked at one step back. */
function weightGradients(layer: Layer, stateSide: Surface, inputSide: Surface): () => void {
  const { memory, x, y, weightIh, weightHh, biasIh, biasHh, initial, gates } = layer;
  const inputs = dense(x.layout, gates, weightIh.layout);
  const states = dense(y.layout, gates, weightHh.layout, layer.isReversed ? -1 : 1);
  const addIh = addWeightGradient(memory, inputs, weightIh);
  const addHh = addWeightGradient(memory, states, weightHh);
  const sumIh = rowSum(memory, gates, biasIh);
  const sumHh = rowSum(memory, gates, biasHh);
  const addDx = x.hasGradient ? addInputGradient(memory, inputs, x) : null;
  const [h0] = initial;
  const first = layer.stepOf(0);
  const begin = h0 && dense(h0.layout, one(gates), weightHh.layout);
  const addBegin = begin && addWeightGradient(memory, begin, weightHh, first, gates);
  const addDh0 = h0?.hasGradient ? addInputGradient(memory, begin, h0, first, gates) : null;
  return () => {
    addIh(x.value, inputSide);
    addHh(y.value, stateSide);
    sumIh(inputSide);
    sumHh(stateSide);
    addDx?.(inputSide, weightIh.value);
    addBegin?.(h0.value, stateSide);
    addDh0?.(stateSide, weightHh.value);
  };
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
