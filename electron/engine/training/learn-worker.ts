/** Worker thread of one learning run: asks its host for rows, sends it scores and progress. */
import { parentPort, workerData } from 'node:worker_threads';
import { createClient } from '../../../shared/contract/client.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { chooseBackend } from './backend-choice.ts';
import { failureOf } from './learn-failure.ts';
import { shapeOrder, ShapePipeline } from '../monitor/shape-pipeline.ts';
import { learn, type LearnOutcome } from './learn.ts';
import { packLearnState, unpackLearnState } from './learn-state.ts';
import type { LearnOrder, LearnWire, LearnWireEvents } from './learn-wire.ts';
import { createLocalBackend, threadsFor } from './local-backend.ts';
import { wasmStepper } from './wasm-node.ts';
import { localSession, pageSession, type TrainingSession } from './session.ts';

const { stream, modelId, options, clock, saved, shapes, version, saveMs, isLive } =
  workerData as LearnOrder;
const host = createClient<LearnWire, LearnWireEvents>(portTransport(parentPort!));
let isPausing = false;
host.on('pause', () => (isPausing = true));

type Open = Parameters<typeof learn>[0]['open'];

const open: Open = async (name, order, state): Promise<TrainingSession> => {
  if (name === 'webgl') return pageSession(host, order, state);
  const threads = threadsFor(order, await host.call('cores'));
  return localSession(createLocalBackend(name, threads), order, state);
};

/** Marks odd shapes in all rows. False when it was paused, its state saved. */
async function watchShapes(card: LearnOutcome['card']): Promise<boolean> {
  const order = shapeOrder(card, stream, modelId, shapes);
  if (!order) return true;
  const pipeline = new ShapePipeline(order, {
    rows: (after, limit) => host.call('rows', after, limit),
    commit: (commit) => host.call('shapes', commit),
    now: () => performance.now(),
  });
  const tell = (rows: number): void =>
    void host.call('progress', 'shapes', rows, stream.rows, 'rows');
  await pipeline.advance(() => isPausing, tell);
  if (isPausing) await pipeline.close();
  else await pipeline.finish();
  return !isPausing;
}

try {
  const outcome = await learn(
    {
      stream,
      options,
      clock,
      createStepper: wasmStepper,
      isLive,
      rows: (after, limit) => host.call('rows', after, limit),
      scores: (batch) => host.call('scores', batch),
      progress: (phase, done, total, unit) => void host.call('progress', phase, done, total, unit),
      training: (progress) => void host.call('training', progress),
      loss: (point) => void host.call('loss', point),
      note: (note) => void host.call('note', note),
      choose: (asked, order) =>
        chooseBackend(asked, order, {
          version,
          pageInfo: () => host.call('page'),
          open: (name, timed) => open(name, timed, null),
          recall: (key) => host.call('recall', key),
          remember: (key, choice) => host.call('remember', key, choice),
        }),
      chosen: (choice) => void host.call('chosen', choice),
      open,
      saveMs,
      recalled: (number) => host.call('recalled', number),
      trained: (number, checkpoint) => host.call('trained', number, checkpoint),
      save: (state) => host.call('save', packLearnState(state)),
      isPausing: () => isPausing,
    },
    unpackLearnState(saved),
  );
  // Those of a stream that is being filled are watched beside its scores.
  const isWhole = outcome && (isLive || (await watchShapes(outcome.card)));
  if (isWhole) await host.call('finished', outcome);
  else await host.call('paused');
} catch (error) {
  await host.call('failed', failureOf(error));
}
parentPort!.close();
