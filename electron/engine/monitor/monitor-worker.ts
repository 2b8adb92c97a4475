/** Thread that scores the live streams: one pipeline a model, all on one core. */
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { createClient } from '../../../shared/contract/client.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer } from '../../../shared/contract/server.ts';
import type { MonitorCommit } from '../store/live-records.ts';
import { wasmStepper } from '../training/wasm-node.ts';
import type { MonitorOrders, MonitorWire, PipelineOrder } from './monitor-wire.ts';
import { Pipeline } from './pipeline.ts';
import { trainInThread } from './train-thread.ts';

const RETRY_MS = 1000;

interface AtWork {
  readonly streamId: number;
  readonly pipeline: Pipeline;
  readonly stop: AbortController;
  wake: () => void;
  readonly ended: Promise<void>;
}

const transport = portTransport(parentPort!);
const engine = createClient<MonitorWire>(transport);
const atWork = new Map<number, AtWork>();

/** Stored as often as it takes: a full disk may get room. */
async function commit(modelId: number, done: MonitorCommit, stop: AbortSignal): Promise<void> {
  for (;;) {
    try {
      const { t, columns } = done.scores;
      // Columns move with the message.
      const scores = { t: t.slice(), columns: columns.map((column) => column.slice()) };
      return await engine.call('commit', modelId, { ...done, scores });
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
    scoredTimes: (after, limit) => engine.call('scoredTimes', modelId, after, limit),
    commit: (done) => commit(modelId, done, stop.signal),
    train: trainInThread,
    tell: (news) => void engine.call('tell', modelId, news),
    now: () => performance.now(),
  });
  const model: AtWork = {
    ...{ streamId, pipeline, stop },
    wake: () => undefined,
    ended: Promise.resolve().then(() => run(modelId)),
  };
  atWork.set(modelId, model);
}

async function run(modelId: number): Promise<void> {
  const model = atWork.get(modelId)!;
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
    const wasStopped = stop.signal.aborted;
    if (!wasStopped)
      await engine.call('tell', modelId, { phase: 'failed', scoredTo: null, detail });
  } finally {
    atWork.delete(modelId);
  }
}

createServer<MonitorOrders>(transport, {
  open,
  close: async (modelId) => {
    const model = atWork.get(modelId);
    model?.stop.abort();
    model?.wake();
    await model?.ended;
  },
  stored: (streamId) => {
    for (const model of atWork.values()) if (model.streamId === streamId) model.wake();
  },
});
