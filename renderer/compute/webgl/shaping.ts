/** Kernels that only move numbers: beside each other, along time, together. */
import type { Kernel, Sequence } from '../../../shared/model/backend.ts';
import type { Layout } from './layout.ts';
import type { Memory } from './memory.ts';
import type { NativeFunction } from './prelude.ts';
import type { Program } from './program.ts';
import { own, type WebglSequence } from './tensors.ts';

/** y = x, into any one step or steps of y. `output` says how many and how y is folded. */
export function copy(memory: Memory, from: Layout, output: Layout): Program {
  return memory.program({
    ...{ name: 'copy', output, textures: { from }, numbers: { first: 'Integer' } },
    body: 'return from_at(x, y, z + first);',
  });
}

/** Adds dy, from its step `first` on, to steps `at` and on of a gradient. */
function shiftedGradient(memory: Memory, x: WebglSequence, dy: Layout): Program {
  const output = x.layout;
  memory.reserve(output);
  return memory.program({
    name: 'shifted gradient',
    textures: { old: output, dy },
    numbers: { first: 'Integer', at: 'Integer', steps: 'Integer' },
    output,
    body: `
      let sum = old_at(x, y, z);
      if (z >= at && z < at + steps) sum = plus(sum, dy_at(x, y, z - at + first));
      return sum;`,
  });
}

export function slice(memory: Memory, source: Sequence, first: number, target: Sequence): Kernel {
  const [x, y] = [own(source), own(target)];
  const forward = copy(memory, x.layout, y.layout);
  const backward = x.hasGradient ? shiftedGradient(memory, x, y.layout) : null;
  return {
    forward: () => memory.run(forward, [y.value], [x.value], [first]),
    backward: () => {
      if (backward) memory.add(x, backward, [y.gradient], [0, first, y.T]);
    },
  };
}

export function stack(memory: Memory, sources: readonly Sequence[], target: Sequence): Kernel {
  const y = own(target);
  let at = 0;
  const parts = sources.map(own).map((part) => {
    const output = { ...y.layout, Z: part.T };
    const made = {
      ...{ part, at, forward: copy(memory, part.layout, output) },
      backward: part.hasGradient ? shiftedGradient(memory, part, y.layout) : null,
    };
    at += part.T;
    return made;
  });
  return {
    forward: () => {
      for (const { part, at, forward } of parts) {
        memory.run(forward, [y.value], [part.value], [0], at);
      }
    },
    backward: () => {
      for (const { part, at, backward } of parts) {
        if (backward) memory.add(part, backward, [y.gradient], [at, 0, part.T]);
      }
    },
  };
}

export function concat(memory: Memory, sources: readonly Sequence[], target: Sequence): Kernel {
  const y = own(target);
  let width = 0;
  const parts = sources.map(own).map((part) => {
    const first = width;
    width += part.C;
    return {
      part,
      first,
      backward: part.hasGradient ? laneGradient(memory, part, y, first) : null,
    };
  });
  const forward = laneGather(memory, parts, y);
  return {
    forward: () => {
      memory.run(
        forward,
        [y.value],
        parts.map(({ part }) => part.value),
      );
    },
    backward: () => {
      for (const { part, backward } of parts) {
        if (backward) memory.add(part, backward, [y.gradient]);
      }
    },
  };
}

interface Placed {
  readonly part: WebglSequence;
  /** Column of y where it begins. */
  readonly first: number;
}

/** Each number of a texel from the part that its column lies in. */
function laneGather(memory: Memory, parts: readonly Placed[], y: WebglSequence): Program {
  const lane = (i: number): string =>
    parts
      .map(({ part, first }, p) => {
        const end = first + part.C;
        return `if (c${i} >= ${first} && c${i} < ${end}) {
          v${i} = part${p}_lane(c${i} - ${first}, y, z);
        }`;
      })
      .join('\n');
  const lanes = [0, 1, 2, 3];
  return memory.program({
    name: 'concat',
    textures: Object.fromEntries(parts.map(({ part }, p) => [`part${p}`, part.layout])),
    output: y.layout,
    body: `
      ${lanes.map((i) => `const c${i} = x * 4 + ${i};\nlet v${i} = 0.0;\n${lane(i)}`).join('\n')}
      return [v0, v1, v2, v3];`,
  });
}

function laneGradient(memory: Memory, x: WebglSequence, y: WebglSequence, first: number): Program {
  const output = x.layout;
  memory.reserve(output);
  const lanes = [0, 1, 2, 3];
  const lane = (i: number): string => `
    let v${i} = 0.0;
    if (x * 4 + ${i} < ${x.C}) v${i} = dy_lane(x * 4 + ${i} + ${first}, y, z);`;
  return memory.program({
    name: 'concat gradient',
    textures: { old: output, dy: y.layout },
    output,
    body: `
      ${lanes.map(lane).join('')}
      return plus(old_at(x, y, z), [v0, v1, v2, v3]);`,
  });
}

export function mean(memory: Memory, source: Sequence, target: Sequence): Kernel {
  const [x, y] = [own(source), own(target)];
  const forward = memory.program({
    ...{ name: 'mean', output: y.layout, textures: { a: x.layout } },
    body: `
      let sum = [0, 0, 0, 0];
      for (let t = 0; t < ${x.T}; t++) sum = plus(sum, a_at(x, y, t));
      return scaled(sum, 1 / ${x.T}.0);`,
  });
  const backward = memory.program({
    ...{ name: 'mean gradient', output: x.layout, textures: { old: x.layout, dy: y.layout } },
    body: `return plus(old_at(x, y, z), scaled(dy_at(x, y, 0), 1 / ${x.T}.0));`,
  });
  if (x.hasGradient) memory.reserve(x.layout);
  return {
    forward: () => memory.run(forward, [y.value], [x.value]),
    backward: () => {
      if (x.hasGradient) memory.add(x, backward, [y.gradient]);
    },
  };
}

const four = (...names: string[]): ['vec4', string][] => names.map((name) => ['vec4', name]);
/** Lane by lane: the place of the larger, t when it is a new one. */
const LARGER_PLACE: NativeFunction = {
  name: 'largerPlace',
  returns: 'vec4',
  parameters: [...four('place', 'best', 'a'), ['int', 't']],
  body: 'return mix(place, vec4(t), greaterThan(a, best));',
};
const LARGER: NativeFunction = {
  name: 'larger',
  returns: 'vec4',
  parameters: four('best', 'a'),
  body: 'return max(best, a);',
};
const AT_PLACE: NativeFunction = {
  name: 'atPlace',
  returns: 'vec4',
  parameters: [...four('d', 'place'), ['int', 't']],
  body: 'return d * vec4(equal(place, vec4(t)));',
};

export function max(memory: Memory, source: Sequence, target: Sequence): Kernel {
  const [x, y] = [own(source), own(target)];
  const places = memory.surface(y.layout);
  const forward = memory.program({
    ...{ name: 'max', output: y.layout, textures: { a: x.layout }, saves: ['place'] },
    natives: [LARGER_PLACE, LARGER],
    body: `
      let best = a_at(x, y, 0);
      let place = [0, 0, 0, 0];
      for (let t = 1; t < ${x.T}; t++) {
        const value = a_at(x, y, t);
        place = largerPlace(place, best, value, t);
        best = larger(best, value);
      }
      save_place(place);
      return best;`,
  });
  const backward = memory.program({
    ...{ name: 'max gradient', output: x.layout, natives: [AT_PLACE] },
    textures: { old: x.layout, dy: y.layout, place: y.layout },
    body: 'return plus(old_at(x, y, z), atPlace(dy_at(x, y, 0), place_at(x, y, 0), z));',
  });
  if (x.hasGradient) memory.reserve(x.layout);
  return {
    forward: () => memory.run(forward, [y.value, places], [x.value]),
    backward: () => {
      if (x.hasGradient) memory.add(x, backward, [y.gradient, places]);
    },
  };
}
