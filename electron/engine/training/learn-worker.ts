/** Worker thread of one learning run: asks its host for rows, sends it scores and progress. */
import { parentPort, workerData } from 'node:worker_threads';
import { createClient } from '../../../shared/contract/client.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { learn } from './learn.ts';
import type { LearnOrder, LearnWire } from './learn-wire.ts';

const { stream, options } = workerData as LearnOrder;
const host = createClient<LearnWire>(portTransport(parentPort!));

try {
  const outcome = await learn({
    stream,
    options,
    rows: (after, limit) => host.call('rows', after, limit),
    scores: (batch) => host.call('scores', batch),
    progress: (phase, done, total, unit) => void host.call('progress', phase, done, total, unit),
    loss: (point) => void host.call('loss', point),
  });
  await host.call('finished', outcome);
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
