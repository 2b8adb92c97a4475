/** Worker thread that times the backends of the processor, one after the other. */
import { availableParallelism, cpus } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer } from '../../../shared/contract/server.ts';
import type { BackendMeasure } from '../../../shared/domain/settings.ts';
import { timeSteps } from './backend-choice.ts';
import { createLocalBackend, type LocalBackendName } from './local-backend.ts';
import { localSession } from './session.ts';
import { usualOrder } from './usual-order.ts';

export interface MeasureWire {
  measure: () => readonly BackendMeasure[];
}

const NAMES: readonly LocalBackendName[] = ['wasm', 'wasm-plain', 'reference'];

createServer<MeasureWire>(portTransport(parentPort!), {
  measure: async () => {
    const measures: BackendMeasure[] = [];
    for (const name of NAMES) measures.push(await measure(name));
    return measures;
  },
});

async function measure(name: LocalBackendName): Promise<BackendMeasure> {
  const about = `${cpus()[0]?.model.trim() ?? 'processor'} × ${availableParallelism()}`;
  try {
    const open = async (order: ReturnType<typeof usualOrder>) =>
      localSession(createLocalBackend(name), order, null);
    const { ms } = await timeSteps(open, usualOrder());
    return { name, stepMs: ms, about };
  } catch (error) {
    return { name, stepMs: null, about: (error as Error).message };
  }
}
