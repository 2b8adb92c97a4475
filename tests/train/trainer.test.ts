import { describe, expect, it } from 'vitest';
import { saveCheckpoint } from '../../shared/model/checkpoint.ts';
import { createForecaster, type Forecaster } from '../../shared/model/forecaster.ts';
import { createReferenceBackend } from '../../shared/model/backends/reference/reference.ts';
import { referenceStepper } from '../../shared/model/stepper.ts';
import {
  epochs as epochsOf,
  forecastTrainer,
  type ForecastTrainingOptions,
} from '../../shared/train/forecast-trainer.ts';
import type { EpochReport, Trainer } from '../../shared/train/trainer.ts';
import { noisySine, normals } from '../model/numbers.ts';

const spec = { inputs: 1, targets: 1, hidden: 12, horizons: [1, 4, 16] };
const ROWS = 600;
const sine = noisySine(ROWS, 1);
const options: ForecastTrainingOptions = { steps: 40, learningRate: 3e-3, seed: 1 };

function open(
  more: Partial<ForecastTrainingOptions> = {},
  values = sine,
  rows = values.length,
): { forecaster: Forecaster; trainer: Trainer } {
  const forecaster = createForecaster(spec, 1);
  const data = { inputs: values, targets: values, rows };
  const backend = createReferenceBackend();
  return {
    forecaster,
    trainer: forecastTrainer(backend, forecaster, data, { ...options, ...more }),
  };
}

async function train(
  more: Partial<ForecastTrainingOptions>,
  values = sine,
  shouldStop?: () => boolean,
): Promise<{ forecaster: Forecaster; epochs: EpochReport[]; trainer: Trainer }> {
  const { forecaster, trainer } = open(more, values);
  const epochs: EpochReport[] = [];
  for await (const epoch of epochsOf(trainer, shouldStop)) epochs.push(epoch);
  return { forecaster, epochs, trainer };
}

async function bytesAfter(more: Partial<ForecastTrainingOptions>): Promise<Uint8Array> {
  return saveCheckpoint((await train(more)).forecaster, {});
}

/** Mean square of y_{t+h} − ŷ over all rows and horizons, of the model and of "as now". */
function errors(forecaster: Forecaster, values: Float64Array): { model: number; asNow: number } {
  const { horizons, hidden } = spec;
  const state = new Float64Array(hidden);
  const out = new Float64Array(horizons.length);
  const step = referenceStepper(forecaster);
  let model = 0;
  let asNow = 0;
  for (let t = 0; t + 16 < values.length; t++) {
    const now = values.subarray(t, t + 1);
    step(now, now, state, out);
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

  it('stops between two steps when asked, with the weights so far', async () => {
    let asked = 0;
    const { epochs, trainer } = await train({}, sine, () => ++asked > 14);
    expect(epochs.map(({ step }) => step)).toEqual([10]);
    expect([trainer.step, trainer.end]).toEqual([14, null]);
  });

  it('goes on from its state, at any step, to the same bytes', async () => {
    const more = { dropout: 0.2, validationFraction: 0.2, patience: 3, steps: 30 };
    const whole = await train(more);
    for (const stopAt of [0, 7, 10, 23]) {
      const first = open(more);
      const early: EpochReport[] = [];
      while (first.trainer.step < stopAt) {
        const report = first.trainer.advance();
        if (report) early.push(report);
      }
      const second = open(more);
      second.trainer.restore(structuredClone(first.trainer.state()));
      const late: EpochReport[] = [];
      for await (const epoch of epochsOf(second.trainer)) late.push(epoch);
      expect([...early, ...late].map(({ train }) => train)).toEqual(
        whole.epochs.map(({ train }) => expect.closeTo(train, 12) as number),
      );
      expect(saveCheckpoint(second.forecaster, {})).toEqual(saveCheckpoint(whole.forecaster, {}));
    }
  });

  it('tells of the gradients of every layer', async () => {
    const { epochs } = await train({ steps: 10 });
    const { gradients } = epochs[0];
    expect(Object.keys(gradients)).toEqual(['gru.l0', 'head', 'skip']);
    expect(Object.values(gradients).every(({ norm }) => norm > 0)).toBe(true);
  });

  it('refuses too few rows in words', () => {
    expect(() => open({}, sine.subarray(0, 23))).toThrow(/23 rows.*24/);
  });

  it('refuses arrays shorter than the rows it is promised', () => {
    expect(() => open({}, sine, ROWS + 1)).toThrow(/601/);
  });

  it.each([Number.NaN, Infinity])('names the row of an input that is %d', (bad) => {
    const values = sine.map((value, t) => (t === 42 ? bad : value));
    expect(() => open({}, values)).toThrow(/Input 0 of row 42 is (NaN|Infinity)/);
  });

  it('keeps the weights of the last good epoch when the loss stops being a number', async () => {
    const wild = { optimiser: { name: 'sgd' }, clipNorm: undefined, stepsPerEpoch: 2 } as const;
    const growing = { ...wild, schedule: { name: 'exponential', factor: 1e30 } } as const;
    const { epochs, trainer, forecaster } = await train({ ...growing, learningRate: 1e-70 });
    expect(trainer.end).toBe('diverged');
    expect(epochs.at(-1)!.train).not.toSatisfy(Number.isFinite);
    const good = await train({ ...growing, learningRate: 1e-70, steps: epochs.at(-2)!.step });
    expect(saveCheckpoint(forecaster, {})).toEqual(saveCheckpoint(good.forecaster, {}));
  });

  it('says in words that the first epoch already diverged', async () => {
    const wild = { optimiser: { name: 'sgd' }, clipNorm: undefined, learningRate: 1e300 } as const;
    await expect(train(wild)).rejects.toThrow(/loss is .* by step 10.*learning rate of 1e\+300/);
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
    const { forecaster, trainer } = open(held, noise);
    for await (const { step } of epochsOf(trainer)) if (step === epoch.step) break;
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
