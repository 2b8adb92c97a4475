/** Forecasts of many steps: the segment GRU and the encoder–decoder on two channels. */
import { afterAll, describe, expect, it } from 'vitest';
import { createLocalBackend } from '../../electron/engine/training/local-backend.ts';
import { createRandom } from '../../shared/math/prng.ts';
import type { Backend } from '../../shared/model/backend.ts';
import { networkShapes } from '../../shared/model/network.ts';
import { drawParameters } from '../../shared/model/parameters.ts';
import {
  horizonTask,
  windowShape,
  type HorizonSpec,
  type HorizonTaskOptions,
} from '../../shared/train/horizon-task.ts';
import { predict } from '../../shared/train/predict.ts';
import { Trainer, type EpochReport, type TrainerOptions } from '../../shared/train/trainer.ts';
import { normals } from '../model/numbers.ts';

const ROWS = 600;
const noise = normals(2 * ROWS, 3);
/** Two waves of period 12 with noise, on a level that wanders. */
const values = noise.map((e, i) => {
  const row = Math.floor(i / 2);
  return Math.sin((2 * Math.PI * row) / 12 + (i % 2)) + row / 100 + 0.1 * e;
});
const data = { rows: ROWS, channels: 2, values };
const taskOptions: HorizonTaskOptions = {
  ...{ window: 24, batch: 32, loss: { name: 'mae' }, validationFraction: 0.2 },
};
const segments: HorizonSpec = {
  ...{ kind: 'segments', inputs: 6, hidden: 12, ahead: 2, dropout: 0.1 },
};
const encoderDecoder: HorizonSpec = {
  ...{ kind: 'encoder-decoder', cell: 'gru', inputs: 2, outputs: 2, hidden: 12, layers: 1 },
  ...{ ahead: 12, hasAttention: true, teacherForcing: 0.5 },
};
const options: TrainerOptions = {
  ...{ steps: 150, stepsPerEpoch: 10, learningRate: 0.01, schedule: { name: 'one-cycle' } },
  ...{ optimiser: { name: 'adamw' }, weightDecay: 1e-4, l1: 0, clipNorm: 1, patience: Infinity },
  seed: 1,
};
const backends: Backend[] = [];
afterAll(() => backends.forEach((backend) => backend.dispose()));

function open(network: HorizonSpec, more: Partial<HorizonTaskOptions> = {}) {
  const backend = createLocalBackend('wasm-plain', 1);
  backends.push(backend);
  const parameters = drawParameters(networkShapes(network), createRandom(4));
  const task = horizonTask(network, data, { ...taskOptions, ...more });
  const trainer = new Trainer(backend, task, parameters, options);
  return { backend, parameters, task, trainer };
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
  ['segment GRU', segments],
  ['encoder–decoder with attention', encoderDecoder],
])('%s', (_, network) => {
  it('forecasts what it has not seen far better than "as now"', () => {
    const { trainer, task, parameters, backend } = open(network);
    const reports = run(trainer);
    const { batch, T, B } = task.validation!;
    const asNow = batch.target.reduce((sum, y) => sum + Math.abs(y), 0) / batch.target.length;
    const best = Math.min(...reports.map(({ validation }) => validation!));
    expect(best).toBeLessThan(0.35 * asNow);
    // The kept weights give the best validation again, through another door.
    const D = network.inputs;
    const inputs = Float64Array.from({ length: batch.x.length }, (__, i) => {
      const [b, t] = [Math.floor(i / (T * D)), Math.floor(i / D) % T];
      return batch.x[(t * B + b) * D + (i % D)];
    });
    const found = predict(backend, network, parameters, inputs, T);
    const steps = found.length / (B * D);
    const error = found.reduce((sum, y, i) => {
      const [b, t] = [Math.floor(i / (steps * D)), Math.floor(i / D) % steps];
      return sum + Math.abs(y - batch.target[(t * B + b) * D + (i % D)]) / found.length;
    }, 0);
    expect(error).toBeCloseTo(best, 5);
  });

  it('goes on from a state to the same weights', () => {
    const whole = open(network);
    run(whole.trainer);
    const first = open(network);
    while (first.trainer.step < 53) first.trainer.advance();
    const second = open(network);
    second.trainer.restore(structuredClone(first.trainer.state()));
    run(second.trainer);
    expect(second.parameters).toEqual(whole.parameters);
  });
});

describe('windows', () => {
  it('are taken off their last value, channel by channel or together', () => {
    const ramp = { rows: 40, channels: 2, values: Float64Array.from({ length: 80 }, (_, i) => i) };
    const spec = { ...segments, inputs: 3, ahead: 1 } as const;
    const one = { ...taskOptions, window: 6, batch: 1, validationFraction: 0 };
    const { x, target } = horizonTask(spec, ramp, one).draw(createRandom(1), 0);
    expect([...x]).toEqual([-10, -8, -6, -4, -2, 0]);
    expect([...target]).toEqual([2, 4, 6]);
    const both = { ...encoderDecoder, ahead: 2 } as const;
    const together = horizonTask(both, ramp, { ...one, window: 3 }).draw(createRandom(1), 0);
    expect([...together.x]).toEqual([-4, -4, -2, -2, 0, 0]);
    expect([...together.target]).toEqual([2, 2, 4, 4]);
  });

  it('hold nothing out that was trained on', () => {
    const { validation } = horizonTask(segments, data, taskOptions);
    expect(validation!.B).toBe(2 * (120 - 12 + 1));
    expect(horizonTask(segments, data, { ...taskOptions, validationFraction: 0 }).validation).toBe(
      null,
    );
  });

  it('that do not fit are refused in words', () => {
    expect(() => windowShape(segments, 25, 2)).toThrow(/25 values.*segments of 6/);
    expect(() => windowShape(encoderDecoder, 24, 3)).toThrow(/2 inputs.*3 channels/);
    expect(() => open(segments, { window: 606 })).toThrow(/606 values is longer.*600 rows/);
    expect(() => open(segments, { window: 480 })).toThrow(/480 rows; at least 492/);
    const broken = { ...data, values: data.values.map((y, i) => (i === 11 ? NaN : y)) };
    expect(() => horizonTask(segments, broken, taskOptions)).toThrow(/Channel 1 of row 5 is NaN/);
  });

  it('need a loss that makes values where a decoder reads its own outputs', () => {
    const loss = { name: 'gaussian' } as const;
    expect(() => open(encoderDecoder, { loss })).toThrow(/"gaussian".*mse, mae or huber/);
  });
});
