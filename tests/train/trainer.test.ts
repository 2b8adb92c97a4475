import { describe, expect, it } from 'vitest';
import { saveCheckpoint } from '../../shared/model/checkpoint.ts';
import { createForecaster, type Forecaster } from '../../shared/model/forecaster.ts';
import { trainForecaster, type EpochReport } from '../../shared/train/trainer.ts';
import type { TrainOptions } from '../../shared/train/trainer.ts';
import { noisySine, normals } from '../model/numbers.ts';

const spec = { inputs: 1, targets: 1, hidden: 12, horizons: [1, 4, 16] };
const ROWS = 600;
const sine = noisySine(ROWS, 1);
const options: TrainOptions = { steps: 40, learningRate: 3e-3, seed: 1 };

async function train(
  more: Partial<TrainOptions>,
  values = sine,
): Promise<{ forecaster: Forecaster; epochs: EpochReport[] }> {
  const forecaster = createForecaster(spec, 1);
  const all = { ...options, ...more };
  const epochs: EpochReport[] = [];
  const training = trainForecaster(forecaster, values, values, values.length, all);
  for await (const epoch of training) epochs.push(epoch);
  return { forecaster, epochs };
}

async function bytesAfter(more: Partial<TrainOptions>): Promise<Uint8Array> {
  return saveCheckpoint((await train(more)).forecaster, {});
}

/** Mean square of y_{t+h} − ŷ over all rows and horizons, of the model and of "as now". */
function errors(forecaster: Forecaster, values: Float64Array): { model: number; asNow: number } {
  const { horizons, hidden } = spec;
  const state = new Float64Array(hidden);
  const out = new Float64Array(horizons.length);
  let model = 0;
  let asNow = 0;
  for (let t = 0; t + 16 < values.length; t++) {
    const now = values.subarray(t, t + 1);
    forecaster.step(now, now, state, out);
    horizons.forEach((h, j) => {
      model += (values[t + h] - out[j]) ** 2;
      asNow += (values[t + h] - values[t]) ** 2;
    });
  }
  return { model, asNow };
}

describe('the trainer', () => {
  it('reports an epoch every ten steps, the last one short', async () => {
    const { epochs } = await train({ steps: 25 });
    expect(epochs.map(({ step }) => step)).toEqual([10, 20, 25]);
    expect(epochs.every(({ validation }) => validation === null)).toBe(true);
  });

  it('gives the same bytes for the same seed and others for another', async () => {
    const first = await bytesAfter({ dropout: 0.2 });
    expect(await bytesAfter({ dropout: 0.2 })).toEqual(first);
    expect(await bytesAfter({ dropout: 0.2, seed: 2 })).not.toEqual(first);
    expect(await bytesAfter({ dropout: 0 })).not.toEqual(first);
  });

  it('beats "as now" by far on rows it has not seen of a noisy sine', async () => {
    const { forecaster, epochs } = await train({ steps: 200, learningRate: 0.01 });
    expect(epochs.at(-1)!.train).toBeLessThan(0.2 * epochs[0].train);
    const { model, asNow } = errors(forecaster, noisySine(400, 99));
    expect(model).toBeLessThan(0.1 * asNow);
  });

  it('changes nothing in no steps', async () => {
    const { forecaster, epochs } = await train({ steps: 0 });
    expect(epochs).toEqual([]);
    expect(saveCheckpoint(forecaster, {})).toEqual(saveCheckpoint(createForecaster(spec, 1), {}));
  });

  it('stops between two steps when asked, and reports the steps done', async () => {
    let asked = 0;
    const { epochs } = await train({ shouldStop: () => ++asked > 14 });
    expect(epochs.map(({ step }) => step)).toEqual([10, 14]);
    const none = await train({ shouldStop: () => true });
    expect(none.epochs).toEqual([]);
  });

  it('refuses too few rows in words', async () => {
    await expect(train({}, sine.subarray(0, 23))).rejects.toThrow(/23 rows.*24/);
  });

  it('refuses arrays shorter than the rows it is promised', async () => {
    const epochs = trainForecaster(createForecaster(spec, 1), sine, sine, ROWS + 1, options);
    await expect(epochs.next()).rejects.toThrow(/601/);
  });

  it.each([Number.NaN, Infinity])('names the step at which %d reaches the loss', async (bad) => {
    const values = sine.map((value, t) => (t % 5 === 2 ? bad : value));
    await expect(train({}, values)).rejects.toThrow(/loss.*step/i);
  });
});

describe('early stopping', () => {
  /** Noise: nothing to learn beyond its mean, so that the validation loss soon rises again. */
  const noise = normals(200, 1);
  const held = { steps: 100, validationFraction: 0.3, learningRate: 0.03 };
  const losses = (epochs: readonly EpochReport[]): number[] =>
    epochs.map(({ validation }) => validation!);

  /** The same training, left by the caller at the report of this epoch. */
  async function leaveAt(epoch: EpochReport): Promise<Uint8Array> {
    const forecaster = createForecaster(spec, 1);
    const training = trainForecaster(forecaster, noise, noise, 200, { ...options, ...held });
    for await (const { step } of training) if (step === epoch.step) break;
    return saveCheckpoint(forecaster, {});
  }

  it('keeps the weights of the best epoch, however the training ends', async () => {
    const whole = await train(held, noise);
    const best = losses(whole.epochs).indexOf(Math.min(...losses(whole.epochs)));
    expect(best).toBeGreaterThan(0);
    expect(best).toBeLessThan(whole.epochs.length - 2);
    const kept = saveCheckpoint(whole.forecaster, {});
    expect(await leaveAt(whole.epochs[best])).toEqual(kept);
    expect(await leaveAt(whole.epochs[best + 1])).toEqual(kept);
    expect(await leaveAt(whole.epochs[best - 1])).not.toEqual(kept);
  });

  it('ends after `patience` epochs without a better one', async () => {
    const whole = await train(held, noise);
    const patient = await train({ ...held, patience: 2 }, noise);
    const best = losses(whole.epochs).indexOf(Math.min(...losses(whole.epochs)));
    expect(patient.epochs).toEqual(whole.epochs.slice(0, best + 3));
    expect(saveCheckpoint(patient.forecaster, {})).toEqual(saveCheckpoint(whole.forecaster, {}));
  });

  it('learns nothing from the held-out rows', async () => {
    const changed = noise.map((value, t) => (t >= 140 ? 5 * value + 1 : value));
    const [first, second] = [await train(held, noise), await train(held, changed)];
    expect(second.epochs.map((e) => e.train)).toEqual(first.epochs.map((e) => e.train));
    expect(second.epochs[0].validation).not.toBe(first.epochs[0].validation);
  });
});
