/** A learning run as a job: a worker thread computes, the engine stores; cancel leaves nothing. */
import { Worker } from 'node:worker_threads';
import { Failure } from '../../../shared/contract/failure.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer } from '../../../shared/contract/server.ts';
import type { LearnOptions, ModelCard } from '../../../shared/domain/model.ts';
import type { StreamInfo } from '../../../shared/domain/stream.ts';
import type { JobHandle } from '../jobs.ts';
import type { Store } from '../store/store-api.ts';
import { workerUrl } from '../worker-url.ts';
import type { LearnOrder, LearnWire } from './learn-wire.ts';
import type { LearnOutcome } from './learn.ts';
import { selectChannels } from './training-range.ts';

/** Resolves with the published model. */
export async function runLearnJob(
  store: Store,
  stream: StreamInfo,
  options: LearnOptions,
  job: JobHandle,
): Promise<ModelCard> {
  job.stream(stream.id);
  const channels = selectChannels(stream, options.channels).map((i) => stream.channels[i]!.name);
  const modelId = await store.write['model.create'](stream.id, channels);
  try {
    const outcome = await runWorker(store, { stream, options }, modelId, job);
    const card = { ...outcome.card, id: modelId, streamId: stream.id };
    await store.write['model.publish'](card, outcome.checkpoint, outcome.events);
    return card;
  } catch (error) {
    await store.write['model.purge'](modelId);
    throw error;
  }
}

async function runWorker(
  store: Store,
  order: LearnOrder,
  modelId: number,
  job: JobHandle,
): Promise<LearnOutcome> {
  const worker = new Worker(workerUrl('training/learn-worker'), { workerData: order });
  const { promise, resolve, reject } = Promise.withResolvers<LearnOutcome>();
  createServer<LearnWire>(portTransport(worker), {
    rows: (after, limit) => store.read['stream.rows'](order.stream.id, after, limit),
    scores: (batch) => store.write['score.append'](modelId, batch),
    progress: (phase, done, total, unit) => job.progress(phase, done, total, unit),
    loss: (point) => job.loss(point),
    finished: resolve,
    failed: ({ code, message }) => reject(new Failure(code, message)),
  });
  // Nobody waits for it when the job was cancelled before it began.
  promise.catch(() => undefined);
  const cancel = (): void => reject(new Failure('cancelled', 'Learning was cancelled.'));
  job.signal.addEventListener('abort', cancel);
  worker.on('error', reject);
  worker.on('exit', () => reject(new Failure('lost', 'The learning thread ended unexpectedly.')));
  try {
    job.signal.throwIfAborted();
    return await promise;
  } finally {
    job.signal.removeEventListener('abort', cancel);
    await worker.terminate();
  }
}
