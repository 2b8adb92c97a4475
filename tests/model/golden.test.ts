/** Agreement with PyTorch in float64; the recipe of the numbers is tests/golden/make-goldens.py. */
import { describe, expect, it } from 'vitest';
import { createLocalBackend } from '../../electron/engine/training/local-backend.ts';
import type { Sequence } from '../../shared/model/backend.ts';
import {
  createForecaster,
  forecasterNetwork,
  forecasterShapes,
  type Forecaster,
} from '../../shared/model/forecaster.ts';
import { buildNetwork } from '../../shared/model/network.ts';
import { createBatch, fillBatch } from '../../shared/train/chunks.ts';
import { epochs, forecastTrainer } from '../../shared/train/forecast-trainer.ts';
import { placeLoss, type LossSpec } from '../../shared/train/loss.ts';
import golden from '../golden/forecaster.json' with { type: 'json' };
import { concatenated, relativeError } from './numbers.ts';
import { GraphBench } from './graph-bench.ts';

const TOLERANCE = 1e-12;
/** Twenty steps of Adam amplify the rounding of the first. */
const TRAINING_TOLERANCE = 1e-10;
const { spec } = golden;
const inputs = Float64Array.from(golden.inputs);
const targets = Float64Array.from(golden.targets);
const series = { rows: golden.rows, inputs, targets, D: spec.inputs, K: spec.targets };
const losses: Record<'huber' | 'mse', LossSpec> = {
  huber: { name: 'huber', delta: 1 },
  mse: { name: 'mse' },
};

type Weights = Record<string, number[]>;

/** The network over chunks of this shape, its loss, and a way to hand it chunks. */
function open(B: number, length: number, warmup: number, loss: LossSpec) {
  const bench = new GraphBench();
  const { backend, graph } = bench;
  const weights = bench.load(forecasterShapes(spec), golden.weights);
  const shape = { T: length, B, warmup, horizons: spec.horizons };
  const network = buildNetwork(graph, forecasterNetwork(spec), weights, {
    ...{ T: length, B },
    isTraining: true,
  });
  const place = placeLoss(backend, loss, network.output);
  graph.note(place.loss);
  const batch = createBatch(series, shape);
  const load = (starts: readonly number[]): void => {
    fillBatch(batch, series, shape, starts);
    backend.write(network.x, batch.x);
    backend.write(place.target, batch.target);
    backend.write(place.weight!, batch.weight);
  };
  return { bench, load, loss: place.loss, output: network.output };
}

/** ŷ − y to ŷ: the network gives what is added to the last value. */
function forecasts(bench: GraphBench, output: Sequence, starts: readonly number[]): number[] {
  const { K } = series;
  const perRow = K * spec.horizons.length;
  return Array.from(bench.backend.read(output), (change, i) => {
    const row = Math.floor(i / perRow);
    const start = starts[row % starts.length] + Math.floor(row / starts.length);
    return targets[start * K + (i % K)] + change;
  });
}

describe('against PyTorch', () => {
  it.each(['huber', 'mse'] as const)('%s: output, loss and every gradient', (name) => {
    const { starts, output, length, warmup, ...expected } = golden.gradients;
    const opened = open(starts.length, length, warmup, losses[name]);
    opened.load(starts);
    opened.bench.run();
    const found = forecasts(opened.bench, opened.output, starts);
    expect(relativeError(found, output)).toBeLessThan(TOLERANCE);
    expect(relativeError(opened.loss.take(), [expected[name].loss])).toBeLessThan(TOLERANCE);
    for (const [weight, gradient] of Object.entries(expected[name].gradients)) {
      const error = relativeError(opened.bench.gradientOf(weight), gradient);
      expect(error, weight).toBeLessThan(TOLERANCE);
    }
  });

  it('Adam at a constant rate: 20 losses and the last weights', () => {
    const { starts, learningRate, losses: expected, weights, length, warmup } = golden.adam;
    const { bench, load, loss } = open(starts[0].length, length, warmup, losses.huber);
    const adam = bench.backend.optimiser([...bench.weights.values()], { name: 'adam' });
    const found = starts.map((chunks) => {
      load(chunks);
      bench.run();
      adam.update({ learningRate });
      return loss.take()[0];
    });
    expect(relativeError(found, expected)).toBeLessThan(TRAINING_TOLERANCE);
    for (const [name, weight] of bench.weights) {
      const error = relativeError(bench.backend.read(weight), (weights as Weights)[name]);
      expect(error, name).toBeLessThan(TRAINING_TOLERANCE);
    }
  });

  it.each([
    ['reference', TRAINING_TOLERANCE, TRAINING_TOLERANCE],
    ['wasm-plain', 1e-5, 1e-4],
    ['wasm', 1e-5, 1e-4],
  ] as const)(
    'the trainer on %s: AdamW, one cycle, clipping, 20 losses and the last weights',
    async (name, lossTolerance, weightTolerance) => {
      const { rows, length, warmup, learningRate, weightDecay, batch, clipped } = golden.adamw;
      expect(clipped).toBeGreaterThan(0);
      expect(clipped).toBeLessThan(20);
      const forecaster = goldenForecaster();
      const backend = createLocalBackend(name, 1);
      const trainer = forecastTrainer(
        backend,
        forecaster,
        { ...series, rows },
        {
          ...{ steps: 20, seed: 1, stepsPerEpoch: 1, loss: losses.mse },
          ...{ window: length, warmup, learningRate, weightDecay, batch },
        },
      );
      const found: number[] = [];
      for await (const { train } of epochs(trainer)) found.push(train);
      expect(relativeError(found, golden.adamw.losses)).toBeLessThan(lossTolerance);
      const { parameters } = forecaster;
      const expected = [...parameters.keys()].flatMap((n) => (golden.adamw.weights as Weights)[n]);
      expect(relativeError(concatenated(parameters), expected)).toBeLessThan(weightTolerance);
      backend.dispose();
    },
  );
});

function goldenForecaster(): Forecaster {
  const forecaster = createForecaster(spec, 0);
  for (const [name, { data }] of forecaster.parameters) data.set((golden.weights as Weights)[name]);
  return forecaster;
}
