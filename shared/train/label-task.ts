/**
 * Sequences with classes: every epoch reads all of them once, in an order drawn from the seed and
 * the epoch's number, so that a step needs no memory of the ones before it.
 */
import { createRandom, type Random } from '../math/prng.ts';
import type { CombinedSpec, StackSpec } from '../model/spec.ts';
import type { Batch } from './chunks.ts';
import { crossEntropyCoefficients, type CrossEntropyOptions } from './loss.ts';
import type { TrainingTask } from './task.ts';

/** N sequences of T steps of D numbers, one after the other, each with its classes. */
export interface LabelledSequences {
  readonly T: number;
  /** [N, T, D] */
  readonly inputs: Float64Array;
  /** Class by sequence and output of the network [N, T'], T' = 1 unless it reads `steps`. */
  readonly labels: Int32Array;
}

export interface LabelTaskOptions extends CrossEntropyOptions {
  /** Sequences of a batch. */
  readonly batch: number;
  readonly seed: number;
  /** Changes one sequence [T, D] in place before it is learnt from. */
  readonly augment?: (sequence: Float64Array, random: Random) => void;
}

/** Updates that read every sequence once. */
export function stepsPerEpoch(sequences: LabelledSequences, D: number, batch: number): number {
  return Math.ceil(sequences.inputs.length / (sequences.T * D) / batch);
}

/** `held` is only looked at. Throws RangeError on lengths, numbers or classes that do not fit. */
export function labelTask(
  network: StackSpec | CombinedSpec,
  sequences: LabelledSequences,
  held: LabelledSequences | null,
  options: LabelTaskOptions,
): TrainingTask {
  const classes = network.kind === 'combined' ? network.outputs : network.head.outputs;
  const D = network.inputs;
  for (const set of held ? [sequences, held] : [sequences]) {
    checkShape(set, D);
    checkValues(set, D, classes);
  }
  const { T, inputs } = sequences;
  const N = inputs.length / (T * D);
  const B = options.batch;
  const perEpoch = stepsPerEpoch(sequences, D, B);
  const shape = { D, classes };
  let epoch = -1;
  let order: number[] = [];
  return {
    network,
    loss: { name: 'cross-entropy' },
    ...{ T, B },
    draw: (random, step) => {
      if (epoch !== Math.floor(step / perEpoch)) {
        epoch = Math.floor(step / perEpoch);
        order = shuffled(N, createRandom(options.seed + epoch * 2 ** 32));
      }
      const first = (step % perEpoch) * B;
      const rows = order.slice(first, first + B);
      return batchOf(sequences, rows, { ...shape, B }, options, random);
    },
    validation: held && wholeOf(held, shape, options),
  };
}

type Sizes = { readonly D: number; readonly classes: number };

/** All of a set as one batch. */
function wholeOf(
  held: LabelledSequences,
  shape: Sizes,
  options: LabelTaskOptions,
): TrainingTask['validation'] {
  const B = held.inputs.length / (held.T * shape.D);
  const rows = Array.from({ length: B }, (_, i) => i);
  return { T: held.T, B, batch: batchOf(held, rows, { ...shape, B }, options) };
}

/** 0..N−1 in a drawn order (Fisher and Yates). */
function shuffled(N: number, random: Random): number[] {
  const order = Array.from({ length: N }, (_, i) => i);
  for (let i = N - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Time-major; rows of the batch past the given sequences are zeros that do not count. */
function batchOf(
  { T, inputs, labels }: LabelledSequences,
  rows: readonly number[],
  { B, D, classes }: Sizes & { readonly B: number },
  options: LabelTaskOptions,
  random?: Random,
): Batch {
  const steps = labels.length / (inputs.length / (T * D));
  const x = new Float64Array(T * B * D);
  const chosen = new Int32Array(steps * B).fill(-1);
  rows.forEach((row, b) => {
    const sequence = inputs.slice(row * T * D, (row + 1) * T * D);
    if (random) options.augment?.(sequence, random);
    for (let t = 0; t < T; t++) x.set(sequence.subarray(t * D, (t + 1) * D), (t * B + b) * D);
    for (let t = 0; t < steps; t++) chosen[t * B + b] = labels[row * steps + t];
  });
  const target = crossEntropyCoefficients(chosen, classes, options);
  return { x, target, weight: new Float64Array(0) };
}

function checkShape({ T, inputs, labels }: LabelledSequences, D: number): void {
  const N = inputs.length / (T * D);
  if (Number.isInteger(N) && N > 0 && Number.isInteger(labels.length / N)) return;
  throw new RangeError(
    `${inputs.length} numbers and ${labels.length} classes are no sequences of ${T} steps of ` +
      `${D} inputs with classes.`,
  );
}

function checkValues({ T, inputs, labels }: LabelledSequences, D: number, classes: number): void {
  const bad = inputs.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const [sequence, step] = [Math.floor(bad / (T * D)), Math.floor(bad / D) % T];
    throw new RangeError(
      `Input ${bad % D} of step ${step} of sequence ${sequence} is ${inputs[bad]}; a finite ` +
        'number was expected. Fill gaps before training.',
    );
  }
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong < 0) return;
  throw new RangeError(
    `Class ${labels[wrong]} was found; classes from 0 to ${classes - 1} were expected.`,
  );
}
