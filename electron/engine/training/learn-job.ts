/**
 * A learning run as a job: a worker thread computes, the engine stores. The job is written down
 * before it begins and its state while it runs, so that it goes on after a crash; cancel leaves
 * nothing.
 */
import { Worker } from 'node:worker_threads';
import { Failure } from '../../../shared/contract/failure.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer } from '../../../shared/contract/server.ts';
import type { LearnOptions, ModelCard } from '../../../shared/domain/model.ts';
import type { StreamInfo } from '../../../shared/domain/stream.ts';
import { clockOrderOf } from '../activity/asked-recogniser.ts';
import { Paused, type JobHandle } from '../jobs.ts';
import type { LearnRecord, Store } from '../store/store-api.ts';
import { workerUrl } from '../worker-url.ts';
import type { ComputeLink } from './compute-link.ts';
import { threadFailure } from './learn-failure.ts';
import type { LearnOrder, LearnWire, LearnWireEvents } from './learn-wire.ts';
import type { LearnOutcome } from './learn.ts';
import type { ComputePage } from './session.ts';
import { selectChannels } from './training-range.ts';

export interface LearnPlace {
  readonly store: Store;
  readonly compute: ComputeLink;
  /** Of the application. */
  readonly version: string;
  readonly saveMs: number;
}

/** Writes the job down. Throws Failure when the options do not fit the stream. */
export function recordLearn(
  store: Store,
  stream: StreamInfo,
  options: LearnOptions,
): Promise<LearnRecord> {
  const channels = selectChannels(stream, options.channels).map((i) => stream.channels[i].name);
  return store.write['job.create'](stream.id, channels, options);
}

/** Resolves with the published model; throws Paused when it put itself away. */
export async function runLearnJob(
  place: LearnPlace,
  record: LearnRecord,
  job: JobHandle,
): Promise<ModelCard> {
  const { store } = place;
  const { streamId, modelId } = record;
  try {
    job.signal.throwIfAborted();
    const outcome = await runWorker(place, record, job);
    const card = {
      ...outcome.card,
      ...(await ofSource(store, record.options)),
      ...(outcome.live && { historyTo: outcome.live.to }),
      ...{ id: modelId, streamId },
    };
    await store.write['model.publish'](card, outcome.checkpoint, outcome.events);
    if (outcome.live) {
      const { state, to } = outcome.live;
      const { mode, modeReason, trainRows, trainRange } = card;
      const decided = {
        ...{ ...record.options, mode, trainRows, train: trainRange },
        ...(modeReason && { modeReason }),
      };
      await store.write['monitor.adopt'](modelId, decided, state, to);
    }
    if (card.weightsOf !== undefined) await store.write['triage.carry'](card.weightsOf, modelId);
    return card;
  } catch (error) {
    if (!(error instanceof Paused) || job.signal.aborted) await store.write['model.purge'](modelId);
    throw error;
  }
}

/** What a model that only changes the threshold of another one has of it. */
async function ofSource(
  { read }: Store,
  { weightsOf }: LearnOptions,
): Promise<
  Partial<Pick<ModelCard, 'weightsOf' | 'lossCurve' | 'notes' | 'backendReason' | 'modeReason'>>
> {
  if (weightsOf === undefined) return {};
  const { lossCurve, notes, backendReason, modeReason } = await read['model.card'](weightsOf);
  return {
    ...{ weightsOf, lossCurve },
    ...(notes && { notes }),
    ...(backendReason && { backendReason }),
    ...(modeReason && { modeReason }),
  };
}

async function recalled(
  { read }: Store,
  modelId: number | undefined,
  number: number,
): Promise<Uint8Array | null> {
  if (modelId === undefined || number > (await read['training.count'](modelId))) return null;
  return read['training.get'](modelId, number);
}

async function runWorker(
  place: LearnPlace,
  record: LearnRecord,
  job: JobHandle,
): Promise<LearnOutcome> {
  const { store, version, saveMs } = place;
  const { jobId, options, streamId } = record;
  const stream = await store.read['stream.get'](streamId);
  const saved = await store.read['job.state'](jobId);
  const feeds = await store.read['feed.list']();
  const isLive = feeds.some((feed) => feed.streamId === streamId);
  const clock = await clockOrderOf(store, stream, options);
  const { modelId } = record;
  const shapes = await store.read['shapes.state'](modelId);
  const order: LearnOrder = {
    ...{ stream, modelId, options, clock, saved, shapes, version, saveMs, isLive },
  };
  const worker = new Worker(workerUrl('training/learn-worker'), { workerData: order });
  const { promise, resolve, reject } = Promise.withResolvers<LearnOutcome>();
  const page = relay(place.compute.page);
  const server = createServer<LearnWire, LearnWireEvents>(portTransport(worker), {
    ...page.methods,
    rows: (after, limit) => store.read['stream.rows'](streamId, after, limit),
    scores: (batch) => store.write['score.append'](modelId, batch),
    shapes: async (commit) => void (await store.write['shapes.commit'](modelId, commit)),
    progress: (phase, done, total, unit) => job.progress(phase, done, total, unit),
    training: (progress) => job.training(progress),
    loss: (point) => job.loss(point),
    note: (note) => job.note(note),
    cores: () => job.cores(),
    page: () => place.compute.info(),
    recall: (key) => store.read['choice.get'](key),
    remember: (key, choice) => store.write['choice.set'](key, choice),
    chosen: (choice) => job.backend(choice),
    recalled: (number) => recalled(store, options.weightsOf, number),
    trained: (number, bytes) => store.write['training.put'](record.modelId, number, bytes),
    save: (state) => store.write['job.save'](jobId, state),
    paused: () => reject(new Paused()),
    finished: resolve,
    failed: ({ code, message }) => reject(new Failure(code, message)),
  });
  // Nobody waits for it when the job was cancelled before it began.
  promise.catch(() => undefined);
  const cancel = (): void => reject(new Failure('cancelled', 'Learning was cancelled.'));
  const pause = (): void => server.emit('pause', null);
  job.signal.addEventListener('abort', cancel);
  job.pausing.addEventListener('abort', pause);
  if (job.pausing.aborted) pause();
  worker.on('error', (error) => reject(threadFailure(error)));
  worker.on('exit', () => reject(new Failure('lost', 'The learning thread ended unexpectedly.')));
  try {
    job.signal.throwIfAborted();
    return await promise;
  } finally {
    job.signal.removeEventListener('abort', cancel);
    job.pausing.removeEventListener('abort', pause);
    page.closeAll();
    await worker.terminate();
  }
}

type Relayed = Pick<LearnWire, Extract<keyof LearnWire, `train.${string}`>>;

/** Passes trainings on to the page, and ends there what was begun here. */
function relay(page: ComputePage): {
  readonly methods: {
    [K in keyof Relayed]: (...args: Parameters<Relayed[K]>) => Promise<ReturnType<Relayed[K]>>;
  };
  closeAll(): void;
} {
  const open = new Set<number>();
  const close = (id: number): Promise<void> => {
    open.delete(id);
    return page.call('train.close', id).catch(() => undefined);
  };
  return {
    methods: {
      'train.open': async (order, state) => {
        const id = await page.call('train.open', order, state);
        open.add(id);
        return id;
      },
      'train.advance': (id, milliseconds) => page.call('train.advance', id, milliseconds),
      'train.state': (id) => page.call('train.state', id),
      'train.finish': (id) => {
        open.delete(id);
        return page.call('train.finish', id);
      },
      'train.close': close,
    },
    closeAll: () => {
      for (const id of open) void close(id);
    },
  };
}
