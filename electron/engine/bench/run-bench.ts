/** Scores many series on all cores; each thread takes the next when it is done with one. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Failure } from '../../../shared/contract/failure.ts';
import { workerUrl } from '../worker-url.ts';
import type { BenchOrder, BenchResult } from './bench-series.ts';
import type { Tally } from './choices/leave-out.ts';
import type { TrialOrder } from './choices/try-series.ts';
import type { SeriesFile } from './series.ts';

export interface BenchRun {
  readonly order: BenchOrder;
  readonly result: BenchResult;
}

export interface BenchHost<Order, Result, Part = never> {
  readonly threads?: number;
  /** Ends the threads, whatever they do. */
  readonly signal?: AbortSignal;
  onDone?(done: number, order: Order, result: Result): void;
  /** A recording that cannot be scored, and why; without it, one ends them all. */
  onUnfit?(order: Order, reason: string): void;
  /** What an order gives on the way, in turn. */
  onPart?(order: Order, part: Part): void;
}

/**
 * Answers in the order asked, without those told as unfit. Throws Failure bad-input naming the file
 * that failed.
 */
export async function runBench(
  orders: readonly BenchOrder[],
  host: BenchHost<BenchOrder, BenchResult>,
): Promise<BenchRun[]> {
  const results = await onThreads(orders, host);
  return orders.flatMap((order, i) => {
    const result = results[i];
    return result === undefined ? [] : [{ order, result }];
  });
}

/** Each tally is told as a part, in the order of trials. Throws as `runBench` does. */
export async function runTrials(
  orders: readonly TrialOrder[],
  host: BenchHost<TrialOrder, null, Tally | null>,
): Promise<void> {
  await onThreads(orders, host);
}

async function onThreads<Order extends { readonly file: SeriesFile }, Result, Part>(
  orders: readonly Order[],
  host: BenchHost<Order, Result, Part>,
): Promise<(Result | undefined)[]> {
  const { threads = availableParallelism(), signal } = host;
  const results = new Array<Result | undefined>(orders.length);
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(workerUrl('bench/bench-worker'));
    const stop = (): void => void worker.terminate();
    signal?.addEventListener('abort', stop);
    try {
      while (next < orders.length) {
        const at = next++;
        const result = await ask(worker, orders[at], host);
        results[at] = result;
        done++;
        if (result !== undefined) host.onDone?.(done, orders[at], result);
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, orders.length) }, work));
  return results;
}

type Answer<Result, Part> =
  | { readonly part: Part }
  | { readonly result: Result }
  | { readonly error: string; readonly isUnfit: boolean };

function ask<Order extends { readonly file: SeriesFile }, Result, Part>(
  worker: Worker,
  order: Order,
  { onPart, onUnfit, signal }: BenchHost<Order, Result, Part>,
): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    const stopped = (): void => reject(new Failure('cancelled', 'Cancelled.'));
    if (signal?.aborted) return stopped();
    const listen = (answer: Answer<Result, Part>): void => {
      if ('part' in answer) return onPart?.(order, answer.part);
      worker.off('message', listen).off('error', reject).off('exit', stopped);
      if ('result' in answer) return resolve(answer.result);
      if (answer.isUnfit && onUnfit) {
        onUnfit(order, answer.error);
        resolve(undefined);
      } else reject(new Failure('bad-input', `${order.file.path}: ${answer.error}`));
    };
    worker.on('message', listen).once('error', reject).once('exit', stopped);
    worker.postMessage(order);
  });
}
