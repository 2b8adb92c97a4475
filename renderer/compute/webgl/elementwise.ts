import type { Activation, Kernel, Sequence } from '../../../shared/model/backend.ts';
import type { Memory } from './memory.ts';
import type { NativeFunction } from './prelude.ts';
import { own } from './tensors.ts';

const gate = (name: string, body: string): NativeFunction => ({
  name,
  returns: 'vec4',
  parameters: [
    ['vec4', 'd'],
    ['vec4', 'y'],
  ],
  body,
});

/** φ, and d φ' told from φ's own value. */
const RELU: NativeFunction = {
  name: 'relu',
  returns: 'vec4',
  parameters: [['vec4', 'a']],
  body: 'return max(a, 0.0);',
};
export const functions: Record<Activation, { natives: NativeFunction[]; φ: string }> = {
  tanh: { natives: [gate('slope', 'return d * (1.0 - y * y);')], φ: 'tangent' },
  relu: {
    natives: [RELU, gate('slope', 'return d * vec4(greaterThan(y, vec4(0.0)));')],
    φ: 'relu',
  },
};

export function activation(
  memory: Memory,
  name: Activation,
  source: Sequence,
  target: Sequence,
): Kernel {
  const [x, y] = [own(source), own(target)];
  const { natives, φ } = functions[name];
  const output = y.layout;
  const forward = memory.program({
    ...{ name, natives, output, textures: { a: x.layout } },
    body: `return ${φ}(a_at(x, y, z));`,
  });
  const backward = memory.program({
    ...{ name: `${name} gradient`, natives, output },
    textures: { old: output, d: output, value: output },
    body: 'return plus(old_at(x, y, z), slope(d_at(x, y, z), value_at(x, y, z)));',
  });
  if (x.hasGradient) memory.reserve(output);
  return {
    forward: () => memory.run(forward, [y.value], [x.value]),
    backward: () => {
      if (x.hasGradient) memory.add(x, backward, [y.gradient, y.value]);
    },
  };
}

export function add(memory: Memory, sources: readonly Sequence[], target: Sequence): Kernel {
  const parts = sources.map(own);
  const y = own(target);
  const output = y.layout;
  const names = parts.map((_, i) => `part${i}`);
  const forward = memory.program({
    ...{ name: 'add', output, textures: Object.fromEntries(names.map((name) => [name, output])) },
    body: `
      let sum = part0_at(x, y, z);
      ${names
        .slice(1)
        .map((name) => `sum = plus(sum, ${name}_at(x, y, z));`)
        .join('\n')}
      return sum;`,
  });
  const backward = memory.program({
    ...{ name: 'add gradient', output, textures: { old: output, d: output } },
    body: 'return plus(old_at(x, y, z), d_at(x, y, z));',
  });
  if (parts.some(({ hasGradient }) => hasGradient)) memory.reserve(output);
  return {
    forward: () => {
      memory.run(
        forward,
        [y.value],
        parts.map(({ value }) => value),
      );
    },
    backward: () => {
      for (const part of parts) if (part.hasGradient) memory.add(part, backward, [y.gradient]);
    },
  };
}

export function multiply(memory: Memory, source: Sequence, by: Sequence, target: Sequence): Kernel {
  const [x, factor, y] = [own(source), own(by), own(target)];
  const output = y.layout;
  const forward = memory.program({
    ...{ name: 'multiply', output, textures: { a: output, factor: output } },
    body: 'return times(a_at(x, y, z), factor_at(x, y, z));',
  });
  const backward = memory.program({
    ...{ name: 'multiply gradient', output },
    textures: { old: output, d: output, factor: output },
    body: 'return plus(old_at(x, y, z), times(d_at(x, y, z), factor_at(x, y, z)));',
  });
  if (x.hasGradient) memory.reserve(output);
  return {
    forward: () => memory.run(forward, [y.value], [x.value, factor.value]),
    backward: () => {
      if (x.hasGradient) memory.add(x, backward, [y.gradient, factor.value]);
    },
  };
}
