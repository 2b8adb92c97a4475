/** Scores many series on all cores; each thread takes the next when it is done with one. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Failure } from '../../../shared/contract/failure.ts';
import { workerUrl } from '../worker-url.ts';
import type { BenchOrder, BenchResult } from './bench-series.ts';

export interface BenchRun {
  readonly order: BenchOrder;
  readonly result: BenchResult;
}

/** Answers in the order asked. Throws Failure bad-input naming the file that cannot be scored. */
export async function runBench(
  orders: readonly BenchOrder[],
  onDone: (done: number, order: BenchOrder, result: BenchResult) => void,
  threads = availableParallelism(),
): Promise<BenchRun[]> {
  const results = new Array<BenchResult>(orders.length);
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(workerUrl('bench/bench-worker'));
    try {
      while (next < orders.length) {
        const at = next++;
        results[at] = await ask(worker, orders[at]);
        onDone(++done, orders[at], results[at]);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, orders.length) }, work));
  return orders.map((order, i) => ({ order, result: results[i] }));
}

function ask(worker: Worker, order: BenchOrder): Promise<BenchResult> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (answer: { result: BenchResult } | { error: string }) => {
      worker.off('error', reject);
      if ('result' in answer) resolve(answer.result);
      else reject(new Failure('bad-input', `${order.file.path}: ${answer.error}`));
    });
    worker.postMessage(order);
  });
}
