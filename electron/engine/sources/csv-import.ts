/** Runs a CSV import in a thread of its own; the caller takes batches at its own pace. */
import { Worker } from 'node:worker_threads';
import { Failure } from '../../../shared/contract/failure.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer } from '../../../shared/contract/server.ts';
import type { QuarantinedRow, SampleBatch } from '../../../shared/domain/stream.ts';
import { workerUrl } from '../worker-url.ts';
import type { CsvOrder, CsvWire, ImportCounts, ImportProgress } from './csv-wire.ts';

/** What the reader may hold: it streams, so a large file needs no more than a small one. */
const MEMORY_LIMITS = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 };

export interface ImportRequest extends CsvOrder {
  readonly signal: AbortSignal;
  /** Awaited before the next batch or quarantine. */
  onBatch(batch: SampleBatch): Promise<void>;
  onQuarantine(rows: readonly QuarantinedRow[]): Promise<void>;
  onProgress(progress: ImportProgress): void;
}

/** Throws Failure bad-input in words, or cancelled. */
export async function importCsv(request: ImportRequest): Promise<ImportCounts> {
  const { path, fileName, plan, signal } = request;
  signal.throwIfAborted();
  const order: CsvOrder = { path, fileName, plan };
  const worker = new Worker(workerUrl('sources/csv-worker'), {
    workerData: order,
    resourceLimits: MEMORY_LIMITS,
  });
  const { promise, resolve, reject } = Promise.withResolvers<ImportCounts>();
  // The reader runs ahead of the sink, but the sink gets one thing at a time, in order.
  let queue = Promise.resolve();
  let inHand = Promise.resolve();
  let ended = false;
  const begin = (work: () => Promise<void>): Promise<void> =>
    ended ? new Promise<never>(() => undefined) : (inHand = work());
  const inTurn = (work: () => Promise<void>): Promise<void> =>
    (queue = queue.then(() => begin(work)).catch(rejectWith(reject)));
  createServer<CsvWire>(portTransport(worker), {
    batch: (batch) => inTurn(() => request.onBatch(batch)),
    quarantine: (rows) => inTurn(() => request.onQuarantine(rows)),
    progress: (progress) => request.onProgress(progress),
    finished: resolve,
    failed: ({ code, message }) => reject(new Failure(code, message)),
  });
  const cancel = (): void => reject(new Failure('cancelled', 'The import was cancelled.'));
  signal.addEventListener('abort', cancel);
  worker.on('error', reject);
  worker.on('exit', () => reject(new Failure('lost', 'The import thread ended unexpectedly.')));
  try {
    return await promise;
  } finally {
    ended = true;
    signal.removeEventListener('abort', cancel);
    await worker.terminate();
    // Whoever cleans up after a cancel must know all that the sink has made.
    await inHand.catch(() => undefined);
  }
}

/** Ends the import by the error of its sink; the reader is stopped, not answered. */
function rejectWith(reject: (error: Error) => void): (error: Error) => Promise<never> {
  return (error) => {
    reject(error);
    return new Promise<never>(() => undefined);
  };
}
