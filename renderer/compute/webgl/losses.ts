/** Losses: the terms of every number, their total on the tape, and their slopes. */
import type {
  CrossEntropyTerms,
  GaussianTerms,
  Loss,
  PointwiseName,
  PointwiseTerms,
} from '../../../shared/model/backend.ts';
import { layoutOf, type Layout } from './layout.ts';
import { LossTape } from './loss-tape.ts';
import type { Memory } from './memory.ts';
import type { NativeFunction } from './prelude.ts';
import { own, type WebglSequence } from './tensors.ts';

const lanes = [0, 1, 2, 3];

/** ℓ and its derivative of one number e with its parameter p, as GLSL. */
const POINTWISE: Record<PointwiseName, { value: string; slope: string }> = {
  mse: { value: 'e * e', slope: '2.0 * e' },
  mae: { value: 'abs(e)', slope: 'sign(e)' },
  huber: {
    value: 'abs(e) <= p ? 0.5 * e * e : p * (abs(e) - 0.5 * p)',
    slope: 'clamp(e, -p, p)',
  },
  quantile: {
    value: 'e < 0.0 ? -p * e : (1.0 - p) * e',
    slope: 'e < 0.0 ? -p : (e > 0.0 ? 1.0 - p : 0.0)',
  },
};

function scalarFunction(name: string, parameters: string[], body: string): NativeFunction {
  return {
    ...{ name, returns: 'float', body },
    parameters: parameters.map((parameter) => ['float', parameter]),
  };
}

export function pointwise(memory: Memory, { name, parameters, ...terms }: PointwiseTerms): Loss {
  const [y, target, weight] = [own(terms.output), own(terms.target), own(terms.weight)];
  const p = parameterSurface(memory, y, parameters);
  const output = y.layout;
  const textures = { out: output, target: output, weight: output, parameter: p.layout };
  const formulas = POINTWISE[name];
  const each = (f: string): string =>
    `[${lanes.map((i) => `w[${i}] * ${f}(o[${i}] - g[${i}], p[${i}])`).join(', ')}]`;
  const fetch = `
    const o = out_at(x, y, z);
    const g = target_at(x, y, z);
    const w = weight_at(x, y, z);
    const p = parameter_at(x, 0, 0);`;
  const value = memory.program({
    ...{ name: `${name} terms`, output, textures },
    natives: [scalarFunction('termOf', ['e', 'p'], `return ${formulas.value};`)],
    body: `${fetch}\nreturn ${each('termOf')};`,
  });
  const slope = memory.program({
    ...{ name: `${name} slopes`, output, textures: { old: output, ...textures } },
    natives: [scalarFunction('slopeOf', ['e', 'p'], `return ${formulas.slope};`)],
    body: `${fetch}\nreturn plus(old_at(x, y, z), ${each('slopeOf')});`,
  });
  const tape = new LossTape(memory, output);
  if (y.hasGradient) memory.reserve(output);
  const inputs = (): Surfaces => [y.value, target.value, weight.value, p];
  return {
    forward: () => tape.add((terms) => memory.run(value, [terms], inputs())),
    backward: () => {
      if (y.hasGradient) memory.add(y, slope, inputs());
    },
    take: () => tape.take(),
  };
}

type Surfaces = ReturnType<Memory['surface']>[];

/** One parameter by column; a single one holds for all. */
function parameterSurface(
  memory: Memory,
  { C, layout }: WebglSequence,
  parameters: readonly number[],
): Surfaces[number] {
  const surface = memory.surface(layoutOf(layout.X, 1, 1));
  const texels = new Float32Array(4 * layout.X);
  for (let c = 0; c < C; c++) texels[c] = parameters[c % parameters.length];
  memory.graphics.upload(surface, texels);
  return surface;
}

/** Column c of the output is μ for c < K and s for K ≤ c < 2K. */
export function gaussian(memory: Memory, terms: GaussianTerms): Loss {
  const [y, target, weight] = [own(terms.output), own(terms.target), own(terms.weight)];
  const K = target.C;
  const textures = { out: y.layout, target: target.layout, weight: target.layout };
  const value = memory.program({
    ...{ name: 'gaussian terms', output: target.layout, textures },
    natives: [scalarFunction('nll', ['e', 's'], 'return 0.5 * (s + e * e * exponentialOf(-s));')],
    body: `
      const g = target_at(x, y, z);
      const w = weight_at(x, y, z);
      ${lanes
        .map(
          (i) => `
      let v${i} = 0.0;
      const c${i} = x * 4 + ${i};
      if (c${i} < ${K}) {
        v${i} = w[${i}] * nll(g[${i}] - out_lane(c${i}, y, z), out_lane(c${i} + ${K}, y, z));
      }`,
        )
        .join('')}
      return [v0, v1, v2, v3];`,
  });
  const slope = memory.program({
    ...{ name: 'gaussian slopes', output: y.layout, textures: { old: y.layout, ...textures } },
    natives: [
      scalarFunction('meanSlope', ['w', 'e', 's'], 'return -w * e * exponentialOf(-s);'),
      scalarFunction(
        'spreadSlope',
        ['w', 'e', 's'],
        'return w * 0.5 * (1.0 - e * e * exponentialOf(-s));',
      ),
    ],
    body: `
      ${lanes.map((i) => gaussianLane(i, K)).join('')}
      return plus(old_at(x, y, z), [v0, v1, v2, v3]);`,
  });
  const tape = new LossTape(memory, target.layout);
  if (y.hasGradient) memory.reserve(y.layout);
  const inputs = (): Surfaces => [y.value, target.value, weight.value];
  return {
    forward: () => tape.add((terms) => memory.run(value, [terms], inputs())),
    backward: () => {
      if (y.hasGradient) memory.add(y, slope, inputs());
    },
    take: () => tape.take(),
  };
}

function gaussianLane(i: number, K: number): string {
  const slope = (name: string, at: string): string =>
    `v${i} = ${name}(weight_lane(${at}, y, z),` +
    `target_lane(${at}, y, z) - out_lane(${at}, y, z), out_lane(${at} + ${K}, y, z));`;
  return `
    let v${i} = 0.0;
    const c${i} = x * 4 + ${i};
    const k${i} = c${i} - ${K};
    if (c${i} < ${K}) {
      ${slope('meanSlope', `c${i}`)}
    } else if (k${i} < ${K}) {
      ${slope('spreadSlope', `k${i}`)}
    }`;
}

export function crossEntropy(memory: Memory, terms: CrossEntropyTerms): Loss {
  const [y, a] = [own(terms.output), own(terms.coefficients)];
  const C = y.C;
  const output = y.layout;
  /** ln Σ e^s and Σ a of every row, [T, B, 2]. */
  const rows: Layout = layoutOf(1, y.B, y.T);
  const sums = memory.surface(rows);
  const textures = { out: output, a: output };
  const normalise = memory.program({
    ...{ name: 'log-sum-exp', output: rows, textures },
    body: `
      let top = out_lane(0, y, z);
      for (let c = 1; c < ${C}; c++) top = Math.max(top, out_lane(c, y, z));
      let total = 0.0;
      let all = 0.0;
      for (let c = 0; c < ${C}; c++) {
        total += exponentialOf(out_lane(c, y, z) - top);
        all += a_lane(c, y, z);
      }
      return [top + Math.log(total), all, 0, 0];`,
  });
  const inputs = (): Surfaces => [y.value, a.value, sums];
  const value = memory.program({
    ...{ name: 'cross-entropy terms', output, textures: { ...textures, sums: rows } },
    body: `
      const o = out_at(x, y, z);
      const w = a_at(x, y, z);
      const l = sums_at(0, y, z);
      return [${lanes.map((i) => `w[${i}] * (l[0] - o[${i}])`).join(', ')}];`,
  });
  const each = lanes.map(
    (i) => `x * 4 + ${i} < ${C} ? l[1] * exponentialOf(o[${i}] - l[0]) - w[${i}] : 0.0`,
  );
  const slope = memory.program({
    ...{ name: 'cross-entropy slopes', output },
    textures: { old: output, ...textures, sums: rows },
    body: `
      const o = out_at(x, y, z);
      const w = a_at(x, y, z);
      const l = sums_at(0, y, z);
      return plus(old_at(x, y, z), [${each.join(', ')}]);`,
  });
  const tape = new LossTape(memory, output);
  if (y.hasGradient) memory.reserve(output);
  return {
    forward: () => {
      memory.run(normalise, [sums], [y.value, a.value]);
      tape.add((terms) => memory.run(value, [terms], inputs()));
    },
    backward: () => {
      if (y.hasGradient) memory.add(y, slope, inputs());
    },
    take: () => tape.take(),
  };
}
