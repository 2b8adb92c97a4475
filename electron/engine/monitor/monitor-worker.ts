/** Thread that scores the live streams: one pipeline a model, all on one core. */
import { parentPort } from 'node:worker_threads';
import { createClient } from '../../../shared/contract/client.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer } from '../../../shared/contract/server.ts';
import type { MonitorCommit } from '../store/live-records.ts';
import { createNodeWasmBackend, wasmStepper } from '../training/wasm-node.ts';
import type { MonitorOrders, MonitorWire, PipelineOrder, RibbonOrder } from './monitor-wire.ts';
import { Pipeline } from './pipeline.ts';
import { RibbonPipeline } from './ribbon-pipeline.ts';
import { trainInThread } from './train-thread.ts';
import { persist, WorkSet } from './work-set.ts';

const transport = portTransport(parentPort!);
const engine = createClient<MonitorWire>(transport);
/** By what it is: a model's, or the recogniser's of a stream. */
const atWork = new WorkSet();

function commit(modelId: number, done: MonitorCommit, stop: AbortSignal): Promise<void> {
  const { t, columns } = done.scores;
  return persist(stop, () => {
    // Columns move with the message.
    const scores = { t: t.slice(), columns: columns.map((column) => column.slice()) };
    return engine.call('commit', modelId, { ...done, scores });
  });
}

function open(order: PipelineOrder): void {
  const { modelId, streamId } = order;
  const stop = new AbortController();
  const work = new Pipeline(order, {
    createStepper: wasmStepper,
    rows: (after, limit) => engine.call('rows', streamId, after, limit),
    scored: (after, limit) => engine.call('scored', modelId, after, limit),
    commit: (done) => commit(modelId, done, stop.signal),
    train: (order, report) => trainInThread(order, report, stop.signal),
    tell: (news) => void engine.call('tell', modelId, news),
    now: () => performance.now(),
  });
  atWork.begin(`model ${modelId}`, { streamId, work, stop }, (detail) =>
    engine.call('tell', modelId, { phase: 'failed', scoredTo: null, detail }),
  );
}

function recognise(order: RibbonOrder): void {
  const { streamId, recogniserId } = order;
  const stop = new AbortController();
  const work = new RibbonPipeline(order, {
    createBackend: () => createNodeWasmBackend({ build: 'plain', threads: 1 }),
    rows: (after, limit) => engine.call('rows', streamId, after, limit),
    commit: (done) => {
      const store = () => engine.call('segments', streamId, recogniserId, done);
      return persist(stop.signal, store);
    },
    now: () => performance.now(),
  });
  atWork.begin(`recogniser of ${streamId}`, { streamId, work, stop }, (detail) =>
    engine.call('failed', streamId, detail),
  );
}

createServer<MonitorOrders>(transport, {
  open,
  close: (modelId) => atWork.end(`model ${modelId}`),
  recognise,
  rest: (streamId) => atWork.end(`recogniser of ${streamId}`),
  stored: (streamId) => atWork.wake(streamId),
});
