/** Runs one task about activities in a thread of its own. */
import { Worker } from 'node:worker_threads';
import { Failure } from '../../../shared/contract/failure.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer } from '../../../shared/contract/server.ts';
import type { JobHandle } from '../jobs.ts';
import type { Store } from '../store/store-api.ts';
import { threadFailure } from '../training/learn-failure.ts';
import { workerUrl } from '../worker-url.ts';
import type { ActivityOrder, ActivityResults, ActivityWire } from './activity-wire.ts';

/** Throws Failure in words; `cancelled` when the job was. */
export async function runActivityTask<K extends ActivityOrder['task']>(
  store: Store,
  order: Extract<ActivityOrder, { readonly task: K }>,
  job: JobHandle | null = null,
): Promise<ActivityResults[K]> {
  job?.signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<ActivityResults[K]>();
  const worker = new Worker(workerUrl('activity/activity-worker'), { workerData: order });
  createServer<ActivityWire>(portTransport(worker), {
    rows: (streamId, after, limit) => store.read['stream.rows'](streamId, after, limit),
    progress: (phase, done, total, unit) => job?.progress(phase, done, total, unit),
    training: (progress) => job?.training(progress),
    loss: (point) => job?.loss(point),
    finished: (result) => resolve(result as ActivityResults[K]),
    failed: ({ code, message }) => reject(new Failure(code, message)),
  });
  const cancel = (): void => reject(new Failure('cancelled', 'It was cancelled.'));
  job?.signal.addEventListener('abort', cancel);
  worker.on('error', (error) => reject(threadFailure(error)));
  worker.on('exit', () => reject(new Failure('lost', 'The thread ended unexpectedly.')));
  try {
    return await promise;
  } finally {
    job?.signal.removeEventListener('abort', cancel);
    await worker.terminate();
  }
}
