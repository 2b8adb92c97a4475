/** Every kind of network, loss, optimiser and schedule against PyTorch, on every local backend. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createLocalBackend,
  type LocalBackendName,
} from '../../electron/engine/training/local-backend.ts';
import type { Backend } from '../../shared/model/backend.ts';
import { Graph } from '../../shared/model/graph.ts';
import { buildNetwork, networkShapes } from '../../shared/model/network.ts';
import type { OptimiserRule, UpdateOptions } from '../../shared/model/optimisers/rule.ts';
import { createWeights, emptyParameters } from '../../shared/model/parameters.ts';
import type { NetworkSpec } from '../../shared/model/spec.ts';
import {
  crossEntropyCoefficients,
  placeLoss,
  type CrossEntropyOptions,
  type LossSpec,
} from '../../shared/train/loss.ts';
import {
  createScheduleState,
  noteValidation,
  scheduled,
  type ScheduleSpec,
} from '../../shared/train/schedule.ts';
import { relativeError } from './numbers.ts';

type Arrays = Readonly<Record<string, number[]>>;

interface Golden {
  readonly name: string;
  readonly network: NetworkSpec;
  readonly T: number;
  readonly B: number;
  readonly loss: LossSpec & CrossEntropyOptions;
  readonly optimiser: OptimiserRule & UpdateOptions;
  readonly schedule: ScheduleSpec;
  readonly x: number[];
  readonly target: number[];
  readonly weights: Arrays;
  readonly masks: number[][];
  readonly forced?: number[];
  readonly free?: number[];
  readonly output: number[];
  readonly gradients: Arrays;
  readonly losses: number[];
  readonly last: Arrays;
}

const file = join(import.meta.dirname, '..', 'golden', 'networks.json');
const goldens = JSON.parse(readFileSync(file, 'utf8')) as Golden[];

/** Of outputs and gradients, of 20 losses, of the last weights; the goldens hold 12 digits. */
const TOLERANCES: Record<LocalBackendName, readonly [number, number, number]> = {
  reference: [1e-11, 1e-10, 1e-9],
  'wasm-plain': [1e-6, 1e-5, 1e-4],
  wasm: [1e-6, 1e-5, 1e-4],
};

/** The network over the golden's batch, ready to run. */
function open(backend: Backend, golden: Golden) {
  const { network, T, B, loss: lossSpec } = golden;
  const graph = new Graph(backend);
  const shapes = networkShapes(network);
  const parameters = emptyParameters(shapes);
  for (const [name, { data }] of parameters) data.set(golden.weights[name]);
  const weights = createWeights(backend, shapes, parameters);
  const built = buildNetwork(graph, network, weights, { T, B, isTraining: true });
  const { output, dropouts, forcing } = built;
  const place = placeLoss(backend, lossSpec, output);
  graph.note(place.loss);
  backend.write(built.x, golden.x);
  expect(dropouts).toHaveLength(golden.masks.length);
  dropouts.forEach(({ mask }, i) => backend.write(mask, golden.masks[i]));
  if (forcing) {
    backend.write(forcing.forced, golden.forced!);
    backend.write(forcing.free, golden.free!);
  }
  const { target } = golden;
  const isClassed = lossSpec.name === 'cross-entropy';
  const values = isClassed ? crossEntropyCoefficients(target, output.C, lossSpec) : target;
  backend.write(place.target, values);
  if (place.weight) backend.write(place.weight, new Array(target.length).fill(1 / target.length));
  const learnt = shapes.filter(({ isStatistic }) => !isStatistic).map(({ name }) => name);
  return { graph, weights, learnt, output, loss: place.loss };
}

describe.each(Object.keys(TOLERANCES) as LocalBackendName[])('on %s', (backendName) => {
  const [tolerance, lossTolerance, weightTolerance] = TOLERANCES[backendName];
  const backends: Backend[] = [];
  afterAll(() => backends.forEach((backend) => backend.dispose()));

  it.each(goldens)('$name', (golden) => {
    const backend = createLocalBackend(backendName, 1);
    backends.push(backend);
    const { graph, weights, learnt, output, loss } = open(backend, golden);
    const { optimiser: options, schedule } = golden;
    const optimiser = backend.optimiser(
      learnt.map((name) => weights.get(name)!),
      options,
    );
    const plateau = createScheduleState();
    const losses: number[] = [];
    for (let step = 0; step < golden.losses.length; step++) {
      graph.forward();
      graph.backward();
      losses.push(...loss.take());
      if (step === 0) {
        expect(relativeError(backend.read(output), golden.output)).toBeLessThan(tolerance);
        const gradient = (name: string): Float64Array =>
          backend.read(weights.get(name)!, 'gradient');
        const found = learnt.flatMap((name) => [...gradient(name)]);
        const expected = learnt.flatMap((name) => golden.gradients[name]);
        expect(relativeError(found, expected)).toBeLessThan(tolerance);
      }
      const { learningRate } = options;
      const rate = scheduled(schedule, step, golden.losses.length, learningRate, plateau);
      optimiser.update({ ...options, ...rate, momentum: rate.momentum });
      noteValidation(schedule, plateau, losses[step]);
    }
    expect(relativeError(losses, golden.losses)).toBeLessThan(lossTolerance);
    for (const [name, weight] of weights) {
      const error = relativeError(backend.read(weight), golden.last[name]);
      expect(error, name).toBeLessThan(weightTolerance);
    }
    if (schedule.name === 'plateau') expect(plateau.drops).toBeGreaterThan(0);
  });
});
