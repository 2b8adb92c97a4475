/** Thread that watches live streams for odd shapes, behind their scores and on another core. */
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { createClient } from '../../../shared/contract/client.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer } from '../../../shared/contract/server.ts';
import type { ShapeOrders, ShapeWire } from './monitor-wire.ts';
import { ShapePipeline, type ShapePipelineOrder } from './shape-pipeline.ts';
import { persist, WorkSet } from './work-set.ts';

/** Between two looks: reading many rows at once costs scores less than a few again and again. */
const PAUSE_MS = 500;

const transport = portTransport(parentPort!);
const engine = createClient<ShapeWire>(transport);
const atWork = new WorkSet();

function open(order: ShapePipelineOrder): void {
  const { modelId, streamId } = order;
  const stop = new AbortController();
  const pipeline = new ShapePipeline(order, {
    rows: (after, limit) => engine.call('rows', modelId, streamId, after, limit),
    commit: (done) => persist(stop.signal, () => engine.call('commit', modelId, done)),
    now: () => performance.now(),
  });
  const work = {
    advance: async () => {
      await pipeline.advance(() => stop.signal.aborted);
      await wait(PAUSE_MS, undefined, { signal: stop.signal }).catch(() => undefined);
      return null;
    },
    close: () => pipeline.close(),
  };
  atWork.begin(`${modelId}`, { streamId, work, stop }, (detail) =>
    engine.call('failed', modelId, detail),
  );
}

createServer<ShapeOrders>(transport, {
  open,
  close: (modelId) => atWork.end(`${modelId}`),
  scored: (streamId) => atWork.wake(streamId),
});
