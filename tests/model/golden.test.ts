/** Agreement with PyTorch in float64; the recipe of the numbers is tests/golden/make-goldens.py. */
import { describe, expect, it } from 'vitest';
import { createForecaster, emptyParameters } from '../../shared/model/forecaster.ts';
import type { Forecaster } from '../../shared/model/forecaster.ts';
import type { LossName } from '../../shared/model/losses/pointwise.ts';
import { createAdam } from '../../shared/model/optimisers/adam.ts';
import { createBatch, fillBatch } from '../../shared/train/chunks.ts';
import { horizonLoss } from '../../shared/train/horizon-loss.ts';
import { trainForecaster } from '../../shared/train/trainer.ts';
import golden from '../golden/forecaster.json' with { type: 'json' };
import { concatenated, relativeError } from './numbers.ts';

const TOLERANCE = 1e-12;
/** Twenty steps of Adam amplify the rounding of the first. */
const TRAINING_TOLERANCE = 1e-10;
const { spec } = golden;
const inputs = Float64Array.from(golden.inputs);
const targets = Float64Array.from(golden.targets);
const series = { rows: golden.rows, inputs, targets, D: spec.inputs, K: spec.targets };

type Weights = Record<string, number[]>;

function goldenForecaster(): Forecaster {
  const forecaster = createForecaster(spec, 0);
  for (const [name, { data }] of forecaster.parameters) data.set((golden.weights as Weights)[name]);
  return forecaster;
}

/** One forward and backward pass over the chunks at these rows. */
function pass(
  forecaster: Forecaster,
  starts: readonly number[],
  { length, warmup }: { length: number; warmup: number },
  loss: LossName,
) {
  const shape = { T: length, B: starts.length, warmup, horizons: spec.horizons };
  const batch = createBatch(series, shape);
  fillBatch(batch, series, shape, starts);
  const result = forecaster.forward(batch.u, batch.y, shape.T, shape.B);
  const dOutput = new Float64Array(batch.target.length);
  const value = horizonLoss(result.output, batch.target, shape, loss, dOutput);
  const gradients = emptyParameters(spec);
  forecaster.backward(result, dOutput, gradients);
  return { output: result.output, value, gradients };
}

describe('against PyTorch', () => {
  it.each(['huber', 'mse'] as const)('%s: output, loss and every gradient', (loss) => {
    const { starts, output, ...expected } = golden.gradients;
    const actual = pass(goldenForecaster(), starts, expected, loss);
    expect(relativeError(actual.output, output)).toBeLessThan(TOLERANCE);
    expect(relativeError([actual.value], [expected[loss].loss])).toBeLessThan(TOLERANCE);
    for (const [name, gradient] of Object.entries(expected[loss].gradients)) {
      const error = relativeError(actual.gradients.get(name)!.data, gradient);
      expect(error, name).toBeLessThan(TOLERANCE);
    }
  });

  it('Adam at a constant rate: 20 losses and the last weights', () => {
    const { starts, learningRate, losses, weights, ...shape } = golden.adam;
    const forecaster = goldenForecaster();
    const adam = createAdam(forecaster.parameters);
    const actual = starts.map((chunks) => {
      const { value, gradients } = pass(forecaster, chunks, shape, 'huber');
      adam.step(gradients, { learningRate, momentum: 0.9, weightDecay: 0 });
      return value;
    });
    expect(relativeError(actual, losses)).toBeLessThan(TRAINING_TOLERANCE);
    expectWeights(forecaster, weights);
  });

  it('the trainer: AdamW, one cycle and clipping give 20 losses and the last weights', async () => {
    const { rows, length, warmup, learningRate, weightDecay, batch, clipped } = golden.adamw;
    expect(clipped).toBeGreaterThan(0);
    expect(clipped).toBeLessThan(20);
    const forecaster = goldenForecaster();
    const options = { steps: 20, seed: 1, window: length, loss: 'mse', stepsPerEpoch: 1 } as const;
    const more = { warmup, learningRate, weightDecay, batch };
    const losses: number[] = [];
    const epochs = trainForecaster(forecaster, inputs, targets, rows, { ...options, ...more });
    for await (const { train } of epochs) losses.push(train);
    expect(relativeError(losses, golden.adamw.losses)).toBeLessThan(TRAINING_TOLERANCE);
    expectWeights(forecaster, golden.adamw.weights);
  });
});

function expectWeights(forecaster: Forecaster, weights: Weights): void {
  const expected = [...forecaster.parameters.keys()].flatMap((name) => weights[name]);
  expect(relativeError(concatenated(forecaster.parameters), expected)).toBeLessThan(
    TRAINING_TOLERANCE,
  );
}
