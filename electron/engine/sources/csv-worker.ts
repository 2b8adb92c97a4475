/** Worker thread of one CSV import. */
import { parentPort, workerData } from 'node:worker_threads';
import { createClient } from '../../../shared/contract/client.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { CSV_LIMITS } from './csv-limits.ts';
import { readCsv } from './csv-read.ts';
import type { CsvOrder, CsvWire } from './csv-wire.ts';

const host = createClient<CsvWire>(portTransport(parentPort!));
const inFlight = new Set<Promise<void>>();

/** Sends without waiting until too many are on their way: back pressure. */
async function send(call: Promise<void>): Promise<void> {
  inFlight.add(call);
  void call.finally(() => inFlight.delete(call)).catch(() => undefined);
  if (inFlight.size >= CSV_LIMITS.batchesInFlight) await Promise.race(inFlight);
}

try {
  const counts = await readCsv(workerData as CsvOrder, {
    batch: (batch) => send(host.call('batch', batch)),
    quarantine: (rows) => send(host.call('quarantine', rows)),
    progress: (progress) => void host.call('progress', progress),
  });
  await Promise.all(inFlight);
  await host.call('finished', counts);
} catch (error) {
  const { message } = error as Error;
  const code = error instanceof Failure ? error.code : 'internal';
  await host.call('failed', { code, message });
}
parentPort!.close();
