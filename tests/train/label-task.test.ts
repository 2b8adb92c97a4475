/** Classifiers: the loop of primers on text, and networks with a convolution front end. */
import { afterAll, describe, expect, it } from 'vitest';
import { createLocalBackend } from '../../electron/engine/training/local-backend.ts';
import { createRandom } from '../../shared/math/prng.ts';
import type { Backend } from '../../shared/model/backend.ts';
import { createReferenceBackend } from '../../shared/model/backends/reference/reference.ts';
import { networkShapes } from '../../shared/model/network.ts';
import { drawParameters, type Parameters } from '../../shared/model/parameters.ts';
import type { CombinedSpec, StackSpec } from '../../shared/model/spec.ts';
import { accuracyOf, largestOf } from '../../shared/train/accuracy.ts';
import {
  labelTask,
  stepsPerEpoch,
  type LabelledSequences,
  type LabelTaskOptions,
} from '../../shared/train/label-task.ts';
import { predict } from '../../shared/train/predict.ts';
import { Trainer, type EpochReport, type TrainerOptions } from '../../shared/train/trainer.ts';

const CHARACTERS = 4;
const CLASSES = 3;
const T = 5;

/** Words of five characters; the class is told by the first of them. */
function words(count: number, seed: number): LabelledSequences {
  const random = createRandom(seed);
  const inputs = new Float64Array(count * T * CHARACTERS);
  const labels = new Int32Array(count);
  for (let n = 0; n < count; n++) {
    const word = Array.from({ length: T }, () => random.integer(CHARACTERS));
    word.forEach((character, t) => (inputs[(n * T + t) * CHARACTERS + character] = 1));
    labels[n] = word[0] % CLASSES;
  }
  return { T, inputs, labels };
}

const training = words(600, 1);
const held = words(200, 2);
const test = words(200, 3);
const primer: CombinedSpec = {
  ...{ kind: 'combined', inputs: CHARACTERS, hidden: 10, outputs: CLASSES, reading: 'last' },
};
const activity: StackSpec = {
  inputs: CHARACTERS,
  convolutions: [{ outputs: 6, width: 3, stride: 1, padding: 1, isNormalised: true }],
  recurrent: { cell: 'gru', hidden: 8, layers: 1, bidirectional: false },
  head: { reading: 'mean-max', outputs: CLASSES, dropout: 0.2 },
};
const options: TrainerOptions = {
  ...{ steps: 120, stepsPerEpoch: stepsPerEpoch(training, CHARACTERS, 64), learningRate: 0.01 },
  ...{ schedule: { name: 'constant' }, optimiser: { name: 'adam' }, weightDecay: 0, l1: 0 },
  ...{ patience: Infinity, seed: 5 },
};
const backends: Backend[] = [];
afterAll(() => backends.forEach((backend) => backend.dispose()));

function open(
  network: StackSpec | CombinedSpec,
  more: Partial<LabelTaskOptions> = {},
): { trainer: Trainer; parameters: Parameters; backend: Backend } {
  const backend = createLocalBackend('wasm-plain', 1);
  backends.push(backend);
  const parameters = drawParameters(networkShapes(network), createRandom(4));
  const task = labelTask(network, training, held, { batch: 64, seed: 5, ...more });
  return { backend, parameters, trainer: new Trainer(backend, task, parameters, options) };
}

function run(trainer: Trainer): EpochReport[] {
  const reports: EpochReport[] = [];
  while (!trainer.end) {
    const report = trainer.advance();
    if (report) reports.push(report);
  }
  trainer.finish();
  return reports;
}

describe.each([
  ['the primer on characters', primer],
  ['convolutions with norms, mean and largest', activity],
])('%s', (_, network) => {
  it('tells the accuracy of every epoch and has learnt words it has not seen', () => {
    const { trainer, parameters, backend } = open(network);
    const reports = run(trainer);
    expect(reports.map(({ step }) => step)).toEqual(
      Array.from({ length: 12 }, (__, i) => 10 * (i + 1)),
    );
    expect(reports.every(({ accuracy }) => accuracy !== null && accuracy <= 1)).toBe(true);
    expect(reports.at(-1)!.accuracy).toBeGreaterThan(0.95);
    const scores = predict(backend, network, parameters, test.inputs, T);
    const right = test.labels.filter(
      (label, n) => largestOf(scores.subarray(n * CLASSES, (n + 1) * CLASSES)) === label,
    );
    expect(right.length / test.labels.length).toBeGreaterThan(0.95);
  });

  it('goes on from a state, running statistics and all, to the same weights', () => {
    const whole = open(network);
    run(whole.trainer);
    const first = open(network);
    while (first.trainer.step < 47) first.trainer.advance();
    const second = open(network);
    second.trainer.restore(structuredClone(first.trainer.state()));
    run(second.trainer);
    expect(second.parameters).toEqual(whole.parameters);
  });
});

describe('the task', () => {
  it('reads every sequence once in an epoch, in another order in the next', () => {
    const task = labelTask(primer, training, null, { batch: 64, seed: 1 });
    const epoch = (e: number): string[] => {
      const seen: string[] = [];
      for (let step = 10 * e; step < 10 * (e + 1); step++) {
        const { x, target } = task.draw(createRandom(0), step);
        for (let b = 0; b < 64; b++) {
          const counts = [0, 1, 2].some((c) => target[b * CLASSES + c] > 0);
          const word = Array.from({ length: T }, (__, t) =>
            largestOf(x.subarray((t * 64 + b) * CHARACTERS, (t * 64 + b + 1) * CHARACTERS)),
          );
          if (counts) seen.push(word.join(''));
        }
      }
      return seen;
    };
    expect(epoch(0)).toHaveLength(600);
    expect(epoch(1)).not.toEqual(epoch(0));
    expect(epoch(1).sort()).toEqual(epoch(0).sort());
    expect(epoch(0)).toEqual(epoch(0));
  });

  it('changes sequences by chance before they are learnt from', () => {
    const doubled = labelTask(primer, training, null, {
      ...{ batch: 64, seed: 1 },
      augment: (sequence) => sequence.forEach((value, i) => (sequence[i] = 2 * value)),
    });
    const plain = labelTask(primer, training, null, { batch: 64, seed: 1 });
    const [a, b] = [doubled, plain].map((task) => task.draw(createRandom(0), 0).x);
    expect([...a]).toEqual([...b].map((value) => 2 * value));
    expect(training.inputs.every((value) => value <= 1)).toBe(true);
  });

  it('refuses numbers, classes and lengths that do not fit, in words', () => {
    const of = (part: Partial<LabelledSequences>) => () =>
      labelTask(primer, { ...training, ...part }, null, { batch: 64, seed: 1 });
    const broken = training.inputs.slice();
    broken[(7 * T + 2) * CHARACTERS + 1] = NaN;
    expect(of({ inputs: broken })).toThrow(/Input 1 of step 2 of sequence 7 is NaN/);
    expect(of({ labels: new Int32Array(600).fill(3) })).toThrow(/Class 3 .* 0 to 2/);
    expect(of({ T: 7 })).toThrow(/no sequences of 7 steps/);
  });
});

it('accuracy counts rows that have a class', () => {
  const scores = Float64Array.of(1, 2, 5, 3, 0, 9);
  expect(accuracyOf(scores, Float64Array.of(0, 1, 0.2, 0.8, 0, 0), 2)).toBe(0.5);
  expect(accuracyOf(scores, new Float64Array(6), 2)).toBeNull();
});

it('predicts the same in batches of any size', () => {
  const backend = createReferenceBackend();
  const parameters = drawParameters(networkShapes(activity), createRandom(4));
  const many = words(300, 9);
  const all = predict(backend, activity, parameters, many.inputs, T);
  expect(all).toHaveLength(300 * CLASSES);
  const one = many.inputs.subarray(299 * T * CHARACTERS);
  expect([...predict(backend, activity, parameters, one, T)]).toEqual([...all.slice(-CLASSES)]);
});
