/** What trains: `auto` refuses software renderers, and takes the faster of two that agree. */
import { describe, expect, test } from 'vitest';
import { chooseBackend, type BackendHost } from '../../electron/engine/training/backend-choice.ts';
import type { TrainingSession } from '../../electron/engine/training/session.ts';
import type { BackendChoice, BackendName } from '../../shared/domain/model.ts';
import { createForecaster } from '../../shared/model/forecaster.ts';
import { numbersOf, type TrainingOrder } from '../../shared/train/order.ts';

const spec = { inputs: 1, targets: 1, hidden: 2, horizons: [1] };
const order: TrainingOrder = {
  ...{ spec, inputs: new Float64Array(40), targets: new Float64Array(40), rows: 40 },
  options: { steps: 1, learningRate: 0.01, seed: 1 },
  parameters: numbersOf(createForecaster(spec, 1)),
};

/** Steps that take so long and lose so much. */
function session(ms: number, loss: number): TrainingSession {
  let step = 0;
  return {
    advance: async () => {
      const until = performance.now() + ms;
      while (performance.now() < until);
      step++;
      return {
        step,
        report: { step, train: loss, validation: null, accuracy: null, gradients: {} },
        end: null,
      };
    },
    state: () => Promise.reject(new Error('nobody asks')),
    finish: () => Promise.reject(new Error('nobody asks')),
    close: () => undefined,
  };
}

interface Case {
  readonly page: { readonly renderer: string; readonly isSoftware: boolean } | null;
  readonly webgl?: () => TrainingSession;
}

function host({ page, webgl = () => session(0, 1) }: Case) {
  const known = new Map<string, BackendChoice>();
  const opened: BackendName[] = [];
  const it: BackendHost = {
    version: '1',
    pageInfo: () => Promise.resolve(page),
    open: async (name) => {
      opened.push(name);
      return name === 'webgl' ? webgl() : session(3, 1);
    },
    recall: (key) => Promise.resolve(known.get(key) ?? null),
    remember: async (key, choice) => void known.set(key, choice),
  };
  return { it, opened };
}

const card = { renderer: 'A card', isSoftware: false };
const software = { renderer: 'llvmpipe', isSoftware: true };

describe('auto', () => {
  test('takes wasm where the page runs on the processor, without trying', async () => {
    const { it, opened } = host({ page: software });
    const reason = { code: 'software', renderer: 'llvmpipe' };
    expect(await chooseBackend('auto', order, it)).toEqual({ name: 'wasm', reason });
    expect(opened).toEqual([]);
  });

  test('takes wasm where there is no page', async () => {
    const choice = await chooseBackend('auto', order, host({ page: null }).it);
    expect(choice).toEqual({ name: 'wasm', reason: { code: 'no-page' } });
  });

  test('takes the faster, and remembers it', async () => {
    const { it, opened } = host({ page: card });
    const choice = await chooseBackend('auto', order, it);
    expect(choice).toMatchObject({ name: 'webgl', reason: { code: 'measured' } });
    expect(await chooseBackend('auto', order, it)).toEqual(choice);
    expect(opened).toEqual(['wasm', 'webgl']);
  });

  test('believes no backend whose losses differ', async () => {
    const { it } = host({ page: card, webgl: () => session(0, 1.001) });
    const choice = await chooseBackend('auto', order, it);
    expect(choice).toMatchObject({ name: 'wasm', reason: { code: 'disagreed' } });
  });

  test('takes wasm where webgl fails', async () => {
    const webgl = (): TrainingSession => {
      throw new Error('no shader compiles');
    };
    const choice = await chooseBackend('auto', order, host({ page: card, webgl }).it);
    expect(choice.reason).toEqual({ code: 'failed', message: 'no shader compiles' });
  });
});

describe('webgl, when asked for', () => {
  test('is taken on the processor too', async () => {
    const choice = await chooseBackend('webgl', order, host({ page: software }).it);
    expect(choice).toEqual({ name: 'webgl', reason: { code: 'asked' } });
  });

  test('is refused in words without a page', async () => {
    const refused = chooseBackend('webgl', order, host({ page: null }).it);
    await expect(refused).rejects.toMatchObject({ code: 'bad-usage' });
  });
});
