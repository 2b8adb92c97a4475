/** One drawing a weight: its value and both moments at once; the norm stays on the card. */
import type { Optimiser, Weight } from '../../../shared/model/backend.ts';
import {
  updateCoefficients,
  type OptimiserRule,
  type UpdateOptions,
} from '../../../shared/model/optimisers/rule.ts';
import { layoutOf, type Layout } from './layout.ts';
import type { Memory } from './memory.ts';
import type { NativeFunction } from './prelude.ts';
import type { Program } from './program.ts';
import { Total } from './sums.ts';
import type { Surface } from './surface.ts';
import { ownWeight, type WebglWeight } from './tensors.ts';

/** Stands for no limit: infinity is no number to some drivers. */
const NO_LIMIT = 3e38;
const LETTERS = ['clip', 'limit', 'a', 'b', 'p', 'q', 'rho', 'epsilon', 'eta', 's', 'l1', 'l2'];

const CLIPPED: NativeFunction = {
  name: 'clippedGradient',
  returns: 'vec4',
  parameters: [
    ['vec4', 'g'],
    ['vec4', 'value'],
    ['float', 'kappa'],
    ['float', 'limit'],
    ['float', 'l1'],
    ['float', 'l2'],
  ],
  body: 'return clamp(kappa * g, -limit, limit) + l2 * value + l1 * sign(value);',
};
const MOVED: NativeFunction = {
  name: 'moved',
  returns: 'vec4',
  parameters: [
    ['vec4', 'value'],
    ['vec4', 'm'],
    ['vec4', 'v'],
    ['float', 's'],
    ['float', 'eta'],
    ['float', 'rho'],
    ['float', 'epsilon'],
  ],
  body: 'return s * value - eta * m / (rho * sqrt(v) + epsilon);',
};

interface Slot {
  readonly weight: WebglWeight;
  readonly program: Program;
  readonly squares: Total;
  m: Surface;
  v: Surface;
  /** Where the next value, m and v are drawn. */
  spare: [Surface, Surface, Surface];
}

export function createOptimiser(
  memory: Memory,
  handles: readonly Weight[],
  rule: OptimiserRule,
): Optimiser {
  const squares = memory.surface(layoutOf(1, 1, Math.max(1, handles.length)));
  const norm2 = memory.surface(layoutOf(1, 1, 1));
  const slots = handles.map((handle) => slotOf(memory, ownWeight(handle), squares.layout));
  const sum = new Total(memory, squares.layout, 'value', norm2.layout);
  let updates = 0;
  let clips = false;
  const gather = (part: 'm' | 'v'): Float64Array[] =>
    slots.map((slot) => slot.weight.unpack(memory.graphics.download(slot[part])));
  const scatter = (part: 'm' | 'v', all: readonly Float64Array[]): void =>
    slots.forEach((slot, i) => {
      const texels = new Float32Array(4 * slot[part].width * slot[part].height);
      slot.weight.pack(all[i], texels);
      memory.graphics.upload(slot[part], texels);
    });
  return {
    update: (options) => {
      updates++;
      clips = options.clipNorm !== undefined;
      if (clips) {
        slots.forEach((slot, i) => slot.squares.run(slot.weight.gradient, squares, i));
        sum.run(squares, norm2, 0);
      }
      const numbers = lettersOf(rule, updates, options);
      for (const slot of slots) update(memory, slot, norm2, numbers);
    },
    norm: () => (clips ? Math.sqrt(memory.graphics.download(norm2)[0]) : 0),
    save: () => ({ updates, m: gather('m'), v: gather('v') }),
    load: (state) => {
      updates = state.updates;
      scatter('m', state.m);
      scatter('v', state.v);
    },
  };
}

function lettersOf(rule: OptimiserRule, updates: number, options: UpdateOptions): number[] {
  const { a, b, p, q, ρ, ε, η, s, λ1, λ2, clipValue } = updateCoefficients(rule, updates, options);
  const limit = Math.min(clipValue, NO_LIMIT);
  return [options.clipNorm ?? NO_LIMIT, limit, a, b, p, q, ρ, ε, η, s, λ1, λ2];
}

function slotOf(memory: Memory, weight: WebglWeight, squares: Layout): Slot {
  const { layout } = weight;
  const surface = (): Surface => memory.surface(layout);
  const program = memory.program({
    name: 'update',
    textures: {
      ...{ value: layout, g: layout, m: layout, v: layout },
      norm2: layoutOf(1, 1, 1),
    },
    numbers: Object.fromEntries(LETTERS.map((letter) => [letter, 'Float' as const])),
    saves: ['m', 'v'],
    natives: [CLIPPED, MOVED],
    output: layout,
    body: `
      const before = value_at(x, y, z);
      const kappa = Math.min(1, clip / (Math.sqrt(norm2_lane(0, 0, 0)) + 0.000001));
      const d = clippedGradient(g_at(x, y, z), before, kappa, limit, l1, l2);
      const m1 = plus(scaled(m_at(x, y, z), a), scaled(d, b));
      const v1 = plus(scaled(v_at(x, y, z), p), scaled(times(d, d), q));
      save_m(m1);
      save_v(v1);
      return moved(before, m1, v1, s, eta, rho, epsilon);`,
  });
  const total = new Total(memory, layout, 'square', squares);
  const spare: Slot['spare'] = [surface(), surface(), surface()];
  return { weight, program, squares: total, m: surface(), v: surface(), spare };
}

/** The new value, m and v change places with the old ones. */
function update(memory: Memory, slot: Slot, norm2: Surface, numbers: number[]): void {
  const { weight, m, v, spare } = slot;
  const { value } = weight;
  memory.run(slot.program, spare, [value, weight.gradient, m, v, norm2], numbers);
  [weight.value, slot.m, slot.v] = spare;
  slot.spare = [value, m, v];
}
