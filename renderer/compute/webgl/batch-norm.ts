/** Batch normalisation: two sums over all rows forward, one of two numbers back. */
import { BATCH_NORM, type BatchNorm, type Kernel } from '../../../shared/model/backend.ts';
import { layoutOf, type Layout } from './layout.ts';
import type { Memory } from './memory.ts';
import type { NativeFunction } from './prelude.ts';
import { addChunks, stepsPerChunk } from './sums.ts';
import type { Surface } from './surface.ts';
import { own, ownWeight, type WebglSequence, type WebglWeight } from './tensors.ts';

const NATIVES: readonly NativeFunction[] = [
  {
    name: 'inverseRoot',
    returns: 'vec4',
    parameters: [['vec4', 'variance']],
    body: `return 1.0 / sqrt(variance + ${BATCH_NORM.epsilon});`,
  },
  {
    name: 'minus',
    returns: 'vec4',
    parameters: [
      ['vec4', 'a'],
      ['vec4', 'b'],
    ],
    body: 'return a - b;',
  },
];

/** x̂ of the thread's numbers. */
const NORMAL = 'times(minus(a_at(x, y, z), mean_at(x, 0, 0)), inverseRoot(variance_at(x, 0, 0)))';

interface Places {
  readonly memory: Memory;
  readonly x: WebglSequence;
  readonly y: WebglSequence;
  readonly gamma: WebglWeight;
  readonly beta: WebglWeight;
  readonly runningMean: WebglWeight;
  readonly runningVariance: WebglWeight;
  readonly isTraining: boolean;
  /** One number a channel, [1, C/4]. */
  readonly channels: Layout;
  /** Of the batch. */
  readonly mean: Surface;
  readonly variance: Surface;
}

export function batchNorm(memory: Memory, terms: BatchNorm): Kernel {
  const x = own(terms.x);
  const channels = layoutOf(x.layout.X, 1, 1);
  const places: Places = {
    ...{ memory, x, y: own(terms.y), gamma: ownWeight(terms.gamma), beta: ownWeight(terms.beta) },
    ...{ runningMean: ownWeight(terms.runningMean), isTraining: terms.isTraining, channels },
    runningVariance: ownWeight(terms.runningVariance),
    ...{ mean: memory.surface(channels), variance: memory.surface(channels) },
  };
  const measure = terms.isTraining ? moments(places) : () => undefined;
  const follow = terms.isTraining ? following(places) : () => undefined;
  const { mean, variance } = statistics(places);
  const normalise = memory.program({
    ...{ name: 'batch norm', output: x.layout, natives: NATIVES },
    textures: {
      a: x.layout,
      ...{ mean: channels, variance: channels, gamma: channels, beta: channels },
    },
    body: `return plus(times(gamma_at(x, 0, 0), ${NORMAL}), beta_at(x, 0, 0));`,
  });
  const backward = backwardPass(places);
  return {
    forward: () => {
      measure();
      const inputs = [x.value, mean(), variance(), places.gamma.value, places.beta.value];
      memory.run(normalise, [places.y.value], inputs);
      follow();
    },
    backward,
  };
}

/** The numbers to normalise by. */
function statistics(places: Places): { mean: () => Surface; variance: () => Surface } {
  const { isTraining, mean, variance, runningMean, runningVariance } = places;
  return {
    mean: () => (isTraining ? mean : runningMean.value),
    variance: () => (isTraining ? variance : runningVariance.value),
  };
}

const rowsOf = ({ x }: Places): number => x.T * x.B;

/** μ, then σ² from it: two passes keep the digits. */
function moments(places: Places): () => void {
  const { memory, x, channels, mean, variance } = places;
  const { sums, program } = chunked(places, 'mean of channels', { a: x.layout }, 'a_at(x, b, t)');
  const spread = chunked(
    places,
    'variance of channels',
    { a: x.layout, mean: channels },
    'square(minus(a_at(x, b, t), mean_at(x, 0, 0)))',
  );
  const finish = average(places, sums.layout);
  return () => {
    memory.run(program, [sums], [x.value]);
    memory.run(finish, [mean], [sums]);
    memory.run(spread.program, [spread.sums], [x.value, mean]);
    memory.run(finish, [variance], [spread.sums]);
  };
}

const SQUARE: NativeFunction = {
  name: 'square',
  returns: 'vec4',
  parameters: [['vec4', 'a']],
  body: 'return a * a;',
};

/** Sums of a term over the rows of a chunk, [chunks, 1, C/4]. */
function chunked(
  { memory, x }: Places,
  name: string,
  textures: Readonly<Record<string, Layout>>,
  term: string,
): { sums: Surface; program: ReturnType<Memory['program']> } {
  const steps = stepsPerChunk(x.T, x.B);
  const output = layoutOf(x.layout.X, 1, Math.ceil(x.T / steps));
  const program = memory.program({
    ...{ name, textures, output, natives: [...NATIVES, SQUARE] },
    body: `
      let sum = [0, 0, 0, 0];
      for (let i = 0; i < ${steps}; i++) {
        const t = z * ${steps} + i;
        if (t < ${x.T}) {
          for (let b = 0; b < ${x.B}; b++) sum = plus(sum, ${term});
        }
      }
      return sum;`,
  });
  return { sums: memory.surface(output), program };
}

/** Chunk sums over N. */
function average(places: Places, sums: Layout): ReturnType<Memory['program']> {
  return places.memory.program({
    ...{ name: 'average of chunks', output: places.channels, textures: { sums } },
    body: `
      let sum = [0, 0, 0, 0];
      for (let i = 0; i < ${sums.Z}; i++) sum = plus(sum, sums_at(x, 0, i));
      return scaled(sum, 1 / ${rowsOf(places)}.0);`,
  });
}

/** Moves the running numbers towards those of the batch. */
function following(places: Places): () => void {
  const { memory, channels, mean, variance, runningMean, runningVariance } = places;
  const program = memory.program({
    ...{ name: 'running statistics', output: channels },
    textures: { old: channels, batch: channels },
    numbers: { factor: 'Float' },
    body: `
      const before = old_at(x, 0, 0);
      const apart = plus(scaled(batch_at(x, 0, 0), factor), scaled(before, -1));
      return plus(before, scaled(apart, ${BATCH_NORM.momentum}));`,
  });
  memory.reserve(channels);
  const N = rowsOf(places);
  const move = (weight: WebglWeight, batch: Surface, factor: number): void => {
    // The value moves as a gradient does: from surface to surface.
    const owner = { value: weight.value, gradient: weight.value };
    memory.add(owner, program, [batch], [factor]);
    weight.value = owner.gradient;
  };
  return () => {
    move(runningMean, mean, 1);
    move(runningVariance, variance, N / Math.max(1, N - 1));
  };
}

function backwardPass(places: Places): () => void {
  const { memory, x, y, gamma, beta, channels, isTraining } = places;
  const { mean, variance } = statistics(places);
  const statisticsOf = { a: x.layout, mean: channels, variance: channels };
  const plain = chunked(places, 'gradient sums', { d: x.layout }, 'd_at(x, b, t)');
  const product = chunked(
    places,
    'gradient products',
    { d: x.layout, ...statisticsOf },
    `times(d_at(x, b, t), ${NORMAL.replace('a_at(x, y, z)', 'a_at(x, b, t)')})`,
  );
  const addBeta = addChunks(memory, plain.sums.layout, beta);
  const addGamma = addChunks(memory, product.sums.layout, gamma);
  const finish = average(places, plain.sums.layout);
  const shares = [memory.surface(channels), memory.surface(channels)];
  const within = isTraining
    ? `minus(minus(d_at(x, y, z), sum_at(x, 0, 0)), times(${NORMAL}, product_at(x, 0, 0)))`
    : 'd_at(x, y, z)';
  const back = memory.program({
    ...{ name: 'batch norm gradient', output: x.layout, natives: NATIVES },
    textures: {
      ...{ old: x.layout, d: x.layout, ...statisticsOf, gamma: channels },
      ...{ sum: channels, product: channels },
    },
    body: `
      const factor = times(gamma_at(x, 0, 0), inverseRoot(variance_at(x, 0, 0)));
      return plus(old_at(x, y, z), times(factor, ${within}));`,
  });
  if (x.hasGradient) memory.reserve(x.layout);
  return () => {
    const d = y.gradient;
    memory.run(plain.program, [plain.sums], [d]);
    memory.run(product.program, [product.sums], [d, x.value, mean(), variance()]);
    addBeta(plain.sums);
    addGamma(product.sums);
    if (!x.hasGradient) return;
    memory.run(finish, [shares[0]], [plain.sums]);
    memory.run(finish, [shares[1]], [product.sums]);
    memory.add(x, back, [d, x.value, mean(), variance(), gamma.value, ...shares]);
  };
}
