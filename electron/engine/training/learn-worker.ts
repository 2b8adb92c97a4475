/** Worker thread of one learning run: asks its host for rows, sends it scores and progress. */
import { parentPort, workerData } from 'node:worker_threads';
import { createClient } from '../../../shared/contract/client.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { chooseBackend } from './backend-choice.ts';
import { learn } from './learn.ts';
import { packLearnState, unpackLearnState } from './learn-state.ts';
import type { LearnOrder, LearnWire, LearnWireEvents } from './learn-wire.ts';
import { createLocalBackend } from './local-backend.ts';
import { wasmStepper } from './wasm-node.ts';
import { localSession, pageSession, type TrainingSession } from './session.ts';

const { stream, options, saved, version } = workerData as LearnOrder;
const host = createClient<LearnWire, LearnWireEvents>(portTransport(parentPort!));
let isPausing = false;
host.on('pause', () => (isPausing = true));

type Open = Parameters<typeof learn>[0]['open'];

const open: Open = (name, order, state): Promise<TrainingSession> =>
  name === 'webgl'
    ? pageSession(host, order, state)
    : Promise.resolve(localSession(createLocalBackend(name), order, state));

try {
  const outcome = await learn(
    {
      stream,
      options,
      createStepper: wasmStepper,
      rows: (after, limit) => host.call('rows', after, limit),
      scores: (batch) => host.call('scores', batch),
      progress: (phase, done, total, unit) => void host.call('progress', phase, done, total, unit),
      loss: (point) => void host.call('loss', point),
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

/** The maths refuses by RangeError, which is the user's input to mend. */
function failureOf(error: unknown): { code: Failure['code']; message: string } {
  if (error instanceof Failure) return { code: error.code, message: error.message };
  if (error instanceof RangeError) return { code: 'bad-input', message: error.message };
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal', message: detail };
}
