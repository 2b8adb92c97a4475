/** Additive attention: scores, their softmax over time, and the weighted sum. */
import type { Attention, Kernel } from '../../../shared/model/backend.ts';
import { layoutOf, type Layout } from './layout.ts';
import type { Memory } from './memory.ts';
import type { NativeFunction } from './prelude.ts';
import { rowSum } from './sums.ts';
import { own, ownWeight, type WebglSequence, type WebglWeight } from './tensors.ts';

interface Places {
  readonly memory: Memory;
  readonly keys: WebglSequence;
  readonly states: WebglSequence;
  readonly query: WebglSequence | null;
  readonly v: WebglWeight;
  readonly y: WebglSequence;
  /** One number a step and row, in the first of four, [T, B, 1]. */
  readonly scalars: Layout;
}

export function attention(memory: Memory, terms: Attention): Kernel {
  const keys = own(terms.keys);
  const places: Places = {
    ...{ memory, keys, states: own(terms.memory), query: terms.query && own(terms.query) },
    ...{ v: ownWeight(terms.v), y: own(terms.y) },
    scalars: layoutOf(1, keys.B, keys.T),
  };
  const α = memory.surface(places.scalars);
  const forward = forwardPass(places);
  const backward = backwardPass(places);
  return { forward: () => forward(α), backward: () => backward(α) };
}

type Surface = ReturnType<Memory['surface']>;

/** tanh(k + q) of four of the A columns. */
function tanh({ query }: Places, column: string, step: string): string {
  const key = `keys_at(${column}, y, ${step})`;
  return `tangent(${query ? `plus(${key}, q_at(${column}, y, 0))` : key})`;
}

const DOT: NativeFunction = {
  name: 'inner',
  returns: 'float',
  parameters: [
    ['vec4', 'a'],
    ['vec4', 'b'],
  ],
  body: 'return dot(a, b);',
};

function inputsOf({ keys, query, v }: Places): {
  layouts: Record<string, Layout>;
  surfaces: () => Surface[];
} {
  return {
    layouts: { keys: keys.layout, ...(query && { q: query.layout }), v: v.layout },
    surfaces: () => [keys.value, ...(query ? [query.value] : []), v.value],
  };
}

function forwardPass(places: Places): (α: Surface) => void {
  const { memory, keys, states, y, scalars } = places;
  const { T, B } = keys;
  const inputs = inputsOf(places);
  const scores = memory.surface(scalars);
  /** The largest score and Σ e^{s − largest}, [1, B, 1]. */
  const sums = memory.surface(layoutOf(1, B, 1));
  const score = memory.program({
    ...{ name: 'attention scores', output: scalars, textures: inputs.layouts, natives: [DOT] },
    body: `
      let s = 0.0;
      for (let k = 0; k < ${keys.layout.X}; k++) {
        s += inner(v_at(k, 0, 0), ${tanh(places, 'k', 'z')});
      }
      return [s, 0, 0, 0];`,
  });
  const sum = memory.program({
    ...{ name: 'softmax over time', output: sums.layout, textures: { s: scalars } },
    body: `
      let top = s_lane(0, y, 0);
      for (let t = 1; t < ${T}; t++) top = Math.max(top, s_lane(0, y, t));
      let total = 0.0;
      for (let t = 0; t < ${T}; t++) total += exponentialOf(s_lane(0, y, t) - top);
      return [top, total, 0, 0];`,
  });
  const weigh = memory.program({
    ...{ name: 'attention weights', output: scalars, textures: { s: scalars, sums: sums.layout } },
    body: `
      const all = sums_at(0, y, 0);
      return [exponentialOf(s_lane(0, y, z) - all[0]) / all[1], 0, 0, 0];`,
  });
  const gather = memory.program({
    ...{ name: 'attention', output: y.layout, textures: { a: scalars, m: states.layout } },
    body: `
      let sum = [0, 0, 0, 0];
      for (let t = 0; t < ${T}; t++) sum = plus(sum, scaled(m_at(x, y, t), a_lane(0, y, t)));
      return sum;`,
  });
  return (α) => {
    memory.run(score, [scores], inputs.surfaces());
    memory.run(sum, [sums], [scores]);
    memory.run(weigh, [α], [scores, sums]);
    memory.run(gather, [y.value], [α, states.value]);
  };
}

function backwardPass(places: Places): (α: Surface) => void {
  const { memory, keys, states, y, scalars } = places;
  const { T, B } = keys;
  const dα = memory.surface(scalars);
  const ds = memory.surface(scalars);
  const meanLayout = layoutOf(1, B, 1);
  const mean = memory.surface(meanLayout);
  const weightGradient = memory.program({
    ...{ name: 'attention weight gradient', output: scalars, natives: [DOT] },
    textures: { dy: y.layout, m: states.layout },
    body: `
      let s = 0.0;
      for (let k = 0; k < ${y.layout.X}; k++) s += inner(dy_at(k, y, 0), m_at(k, y, z));
      return [s, 0, 0, 0];`,
  });
  const average = memory.program({
    ...{ name: 'attention mean', output: meanLayout, textures: { a: scalars, d: scalars } },
    body: `
      let s = 0.0;
      for (let t = 0; t < ${T}; t++) s += a_lane(0, y, t) * d_lane(0, y, t);
      return [s, 0, 0, 0];`,
  });
  const back = memory.program({
    ...{ name: 'softmax gradient', output: scalars },
    textures: { a: scalars, d: scalars, mean: meanLayout },
    body: `
      return [a_lane(0, y, z) * (d_lane(0, y, z) - mean_lane(0, y, 0)), 0, 0, 0];`,
  });
  const addStates = states.hasGradient ? statesGradient(places) : null;
  const addKeys = keysGradient(places);
  return (α) => {
    memory.run(weightGradient, [dα], [y.gradient, states.value]);
    memory.run(average, [mean], [α, dα]);
    memory.run(back, [ds], [α, dα, mean]);
    addStates?.(α);
    addKeys(ds);
  };
}

/** dm_t += α_t dy. */
function statesGradient({ memory, states, y, scalars }: Places): (α: Surface) => void {
  const output = states.layout;
  const program = memory.program({
    ...{ name: 'attended gradient', output },
    textures: { old: output, a: scalars, dy: y.layout },
    body: 'return plus(old_at(x, y, z), scaled(dy_at(x, y, 0), a_lane(0, y, z)));',
  });
  memory.reserve(output);
  return (α) => memory.add(states, program, [α, y.gradient]);
}

const BEHIND_SCORE: NativeFunction = {
  name: 'behindScore',
  returns: 'vec4',
  parameters: [
    ['float', 'ds'],
    ['vec4', 'v'],
    ['vec4', 'a'],
  ],
  body: 'return ds * v * (1.0 - a * a);',
};

/** dk_t += ds_t v (1 − tanh²), dq += Σ_t of it, dv += Σ ds tanh. */
function keysGradient(places: Places): (ds: Surface) => void {
  const { memory, keys, query, v, scalars } = places;
  const inputs = inputsOf(places);
  const output = keys.layout;
  const textures = { ...inputs.layouts, ds: scalars };
  const onKeys = memory.surface(output);
  const onV = memory.surface(output);
  const program = memory.program({
    ...{ name: 'attention key gradient', output, textures, natives: [BEHIND_SCORE] },
    saves: ['v'],
    body: `
      const a = ${tanh(places, 'x', 'z')};
      const d = ds_lane(0, y, z);
      save_v(scaled(a, d));
      return behindScore(d, v_at(x, 0, 0), a);`,
  });
  const add = memory.program({
    ...{ name: 'add gradient', output, textures: { old: output, d: output } },
    body: 'return plus(old_at(x, y, z), d_at(x, y, z));',
  });
  const addQuery = memory.program({
    ...{ name: 'attention query gradient', output: { ...layoutOf(output.X, output.Y, 1) } },
    textures: { old: layoutOf(output.X, output.Y, 1), d: output },
    body: `
      let sum = old_at(x, y, 0);
      for (let t = 0; t < ${keys.T}; t++) sum = plus(sum, d_at(x, y, t));
      return sum;`,
  });
  const sumV = rowSum(memory, output, v);
  if (keys.hasGradient) memory.reserve(output);
  if (query?.hasGradient) memory.reserve(query.layout);
  return (ds) => {
    memory.run(program, [onKeys, onV], [...inputs.surfaces(), ds]);
    if (keys.hasGradient) memory.add(keys, add, [onKeys]);
    if (query?.hasGradient) memory.add(query, addQuery, [onKeys]);
    sumV(onV);
  };
}
