/** Measures this machine: a few steps of a usual training on every backend that is here. */
import { Worker } from 'node:worker_threads';
import { createClient } from '../../../shared/contract/client.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import type { BackendMeasure } from '../../../shared/domain/settings.ts';
import { workerUrl } from '../worker-url.ts';
import { timeSteps } from './backend-choice.ts';
import type { ComputeLink } from './compute-link.ts';
import type { MeasureWire } from './measure-worker.ts';
import { usualOrder } from './usual-order.ts';
import { pageSession } from './session.ts';

/** The fastest first; what cannot run last. */
export async function measureBackends(compute: ComputeLink): Promise<readonly BackendMeasure[]> {
  const measures = [...(await measureLocal()), await measurePage(compute)];
  return measures.sort((a, b) => (a.stepMs ?? Infinity) - (b.stepMs ?? Infinity));
}

/** In a thread of its own: the engine's routes messages. */
async function measureLocal(): Promise<readonly BackendMeasure[]> {
  const worker = new Worker(workerUrl('training/measure-worker'));
  const client = createClient<MeasureWire>(portTransport(worker));
  worker.on('error', (error) => client.close(error.message));
  worker.on('exit', () => client.close('The measuring thread ended.'));
  try {
    return await client.call('measure');
  } finally {
    await worker.terminate();
  }
}

async function measurePage(compute: ComputeLink): Promise<BackendMeasure> {
  const info = await compute.info();
  if (!info) return { name: 'webgl', stepMs: null, about: 'no window with WebGL 2 is open' };
  try {
    const { ms } = await timeSteps((order) => pageSession(compute.page, order, null), usualOrder());
    return { name: 'webgl', stepMs: ms, about: info.renderer };
  } catch (error) {
    return { name: 'webgl', stepMs: null, about: (error as Error).message };
  }
}
