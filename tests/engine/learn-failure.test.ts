/** Memory that runs out, told in words wherever it happens. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { failureOf, threadFailure } from '../../electron/engine/training/learn-failure.ts';
import { threadsFor } from '../../electron/engine/training/local-backend.ts';
import { createNodeWasmBackend } from '../../electron/engine/training/wasm-node.ts';
import { createForecaster } from '../../shared/model/forecaster.ts';
import { numbersOf, openTraining, type TrainingOrder } from '../../shared/train/order.ts';

const WORDS = /needs more memory than this machine gives.*fewer channels/;
const ROWS = 400;
const spec = { inputs: 1, targets: 1, hidden: 8, horizons: [1] };

function order(batch: number): TrainingOrder {
  const values = Float64Array.from({ length: ROWS }, (_, t) => Math.sin(t / 3));
  return {
    ...{ spec, inputs: values, targets: values, rows: ROWS },
    options: { steps: 1, learningRate: 1e-3, seed: 1, batch },
    parameters: numbersOf(createForecaster(spec, 1)),
  };
}

it('the memory of the kernels', () => {
  const backend = createNodeWasmBackend({ build: 'plain', threads: 1, pagesMax: 64 });
  expect(() => openTraining(backend, order(16), null)).not.toThrow();
  expect(() => openTraining(backend, order(4096), null)).toThrow(
    /needs \d+ MB or more, which this machine does not give; choose fewer channels/,
  );
  backend.dispose();
});

it('an array that finds no room', () => {
  const attempt = (): unknown => {
    try {
      return new Float64Array(2 ** 50);
    } catch (error) {
      return error;
    }
  };
  expect(failureOf(attempt())).toMatchObject({ code: 'bad-input' });
  expect(failureOf(attempt()).message).toMatch(WORDS);
});

it('the heap of a thread', async () => {
  const code = 'const all = []; for (;;) all.push(new Array(1e5).fill({}).map(() => ({})));';
  const resourceLimits = { maxOldGenerationSizeMb: 16 };
  const worker = new Worker(code, { eval: true, resourceLimits });
  const [error] = (await once(worker, 'error')) as [Error];
  expect(threadFailure(error)).toMatchObject({ code: 'bad-input', message: WORDS });
  expect(threadFailure(new Error('else')).message).toBe('else');
});

it('threads are no more than find something to do', () => {
  expect(threadsFor(order(16), 8)).toBe(1);
  expect(threadsFor(order(100), 8)).toBe(4);
  expect(threadsFor(order(100), 2)).toBe(2);
  expect(threadsFor(order(100), 0)).toBe(1);
});
