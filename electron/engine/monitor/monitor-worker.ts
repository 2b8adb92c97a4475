/** Thread that scores the live streams: one pipeline a model, all on one core. */
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { createClient } from '../../../shared/contract/client.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer } from '../../../shared/contract/server.ts';
import type { MonitorCommit } from '../store/live-records.ts';
import { createNodeWasmBackend, wasmStepper } from '../training/wasm-node.ts';
import type { MonitorOrders, MonitorWire, PipelineOrder, RibbonOrder } from './monitor-wire.ts';
import { Pipeline } from './pipeline.ts';
import { RibbonPipeline } from './ribbon-pipeline.ts';
import { trainInThread } from './train-thread.ts';

const RETRY_MS = 1000;

interface AtWork {
  readonly streamId: number;
  readonly pipeline: Pick<Pipeline, 'advance' | 'close'> & Partial<Pick<Pipeline, 'dispose'>>;
  readonly stop: AbortController;
  wake: () => void;
  readonly ended: Promise<void>;
}

const transport = portTransport(parentPort!);
const engine = createClient<MonitorWire>(transport);
/** By what it is: a model's, or the recogniser's of a stream. */
const atWork = new Map<string, AtWork>();

function commit(modelId: number, done: MonitorCommit, stop: AbortSignal): Promise<void> {
  const { t, columns } = done.scores;
  return persist(stop, () => {
    // Columns move with the message.
    const scores = { t: t.slice(), columns: columns.map((column) => column.slice()) };
    return engine.call('commit', modelId, { ...done, scores });
  });
}

/** Stored as often as it takes: a full disk may get room. */
async function persist(stop: AbortSignal, store: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await store();
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'storage') || stop.aborted) throw error;
      await wait(RETRY_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}

function open(order: PipelineOrder): void {
  const { modelId, streamId } = order;
  const stop = new AbortController();
  const pipeline = new Pipeline(order, {
    createStepper: wasmStepper,
    rows: (after, limit) => engine.call('rows', streamId, after, limit),
    scored: (after, limit) => engine.call('scored', modelId, after, limit),
    commit: (done) => commit(modelId, done, stop.signal),
    train: trainInThread,
    tell: (news) => void engine.call('tell', modelId, news),
    now: () => performance.now(),
  });
  begin(`model ${modelId}`, { streamId, pipeline, stop }, (detail) =>
    engine.call('tell', modelId, { phase: 'failed', scoredTo: null, detail }),
  );
}

function recognise(order: RibbonOrder): void {
  const { streamId, recogniserId } = order;
  const stop = new AbortController();
  const pipeline = new RibbonPipeline(order, {
    createBackend: () => createNodeWasmBackend({ build: 'plain', threads: 1 }),
    rows: (after, limit) => engine.call('rows', streamId, after, limit),
    commit: (done) => {
      const store = () => engine.call('segments', streamId, recogniserId, done);
      return persist(stop.signal, store);
    },
    now: () => performance.now(),
  });
  begin(`recogniser of ${streamId}`, { streamId, pipeline, stop }, (detail) =>
    engine.call('failed', streamId, detail),
  );
}

type Failed = (detail: string) => Promise<void>;

function begin(
  name: string,
  work: Pick<AtWork, 'streamId' | 'pipeline' | 'stop'>,
  failed: Failed,
): void {
  atWork.set(name, {
    ...work,
    wake: () => undefined,
    ended: Promise.resolve().then(() => run(name, failed)),
  });
}

async function run(name: string, failed: Failed): Promise<void> {
  const model = atWork.get(name)!;
  const { pipeline, stop } = model;
  try {
    while (!stop.signal.aborted) {
      // Whoever wakes while rows are scored wakes for the rows after them.
      let awake = false;
      const woken = new Promise<void>((resolve) => {
        model.wake = () => {
          awake = true;
          resolve();
        };
      });
      const waitMs = await pipeline.advance();
      if (awake || stop.signal.aborted) continue;
      const nap = new AbortController();
      const timer =
        waitMs === null
          ? woken
          : wait(waitMs, undefined, { signal: nap.signal }).catch(() => undefined);
      await Promise.race([woken, timer]);
      nap.abort();
    }
    await pipeline.close();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    if (!stop.signal.aborted) await failed(detail);
  } finally {
    pipeline.dispose?.();
    atWork.delete(name);
  }
}

async function end(name: string): Promise<void> {
  const model = atWork.get(name);
  model?.stop.abort();
  model?.wake();
  await model?.ended;
}

createServer<MonitorOrders>(transport, {
  open,
  close: (modelId) => end(`model ${modelId}`),
  recognise,
  rest: (streamId) => end(`recogniser of ${streamId}`),
  stored: (streamId) => {
    for (const model of atWork.values()) if (model.streamId === streamId) model.wake();
  },
});
