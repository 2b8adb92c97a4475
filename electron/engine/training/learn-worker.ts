/** Worker thread of one learning run: asks its host for rows, sends it scores and progress. */
import { parentPort, workerData } from 'node:worker_threads';
import { createClient } from '../../../shared/contract/client.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { chooseBackend } from './backend-choice.ts';
import { failureOf } from './learn-failure.ts';
import { learn } from './learn.ts';
import { packLearnState, unpackLearnState } from './learn-state.ts';
import type { LearnOrder, LearnWire, LearnWireEvents } from './learn-wire.ts';
import { createLocalBackend, threadsFor } from './local-backend.ts';
import { wasmStepper } from './wasm-node.ts';
import { localSession, pageSession, type TrainingSession } from './session.ts';

const { stream, options, clock, saved, version, saveMs, isLive } = workerData as LearnOrder;
const host = createClient<LearnWire, LearnWireEvents>(portTransport(parentPort!));
let isPausing = false;
host.on('pause', () => (isPausing = true));

type Open = Parameters<typeof learn>[0]['open'];

const open: Open = async (name, order, state): Promise<TrainingSession> => {
  if (name === 'webgl') return pageSession(host, order, state);
  const threads = threadsFor(order, await host.call('cores'));
  return localSession(createLocalBackend(name, threads), order, state);
};

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
  if (outcome) await host.call('finished', outcome);
  else await host.call('paused');
} catch (error) {
  await host.call('failed', failureOf(error));
}
parentPort!.close();
