/** Trainings of live models, one after another, each in a thread of its own. */
import { Worker } from 'node:worker_threads';
import { Failure } from '../../../shared/contract/failure.ts';
import type { Forecaster } from '../../../shared/model/forecaster.ts';
import type { TrainingOrder } from '../../../shared/train/order.ts';
import type { EpochReport } from '../../../shared/train/trainer.ts';
import { workerUrl } from '../worker-url.ts';

let line: Promise<unknown> = Promise.resolve();

/**
 * The trained forecaster, with the numbers that any run of the same order gives. Rejects as soon as
 * it is told to stop.
 */
export function trainInThread(
  order: TrainingOrder,
  report: (epoch: EpochReport) => void,
  stop: AbortSignal,
): Promise<Forecaster> {
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => undefined);
  const abort = (): void => stopped.reject(stop.reason);
  stop.addEventListener('abort', abort);
  if (stop.aborted) abort();
  const trained = Promise.race([line, stopped.promise])
    .then(() => train(order, report, stopped.promise))
    .finally(() => stop.removeEventListener('abort', abort));
  line = Promise.allSettled([line, trained]).then(() => undefined);
  return trained;
}

type News = { readonly report: EpochReport } | { readonly forecaster: Forecaster };

function train(
  order: TrainingOrder,
  report: (epoch: EpochReport) => void,
  stopped: Promise<never>,
): Promise<Forecaster> {
  const { promise, resolve, reject } = Promise.withResolvers<Forecaster>();
  const worker = new Worker(workerUrl('monitor/train-worker'), { workerData: order });
  worker.on('message', (news: News) => {
    if ('report' in news) report(news.report);
    else resolve(news.forecaster);
  });
  worker.on('error', reject);
  worker.on('exit', () => reject(new Failure('lost', 'The training thread ended unexpectedly.')));
  return Promise.race([promise, stopped]).finally(() => worker.terminate());
}
