/** One task in a thread of its own, so that detection and windows go on meanwhile. */
import { Worker } from 'node:worker_threads';
import { Failure } from '../../../shared/contract/failure.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer } from '../../../shared/contract/server.ts';
import type { TellProgress } from '../../../shared/domain/job.ts';
import type { PrintPdf } from '../report/print-pdf.ts';
import { workerUrl } from '../worker-url.ts';
import type { EvidenceJob, EvidenceKind, EvidenceTasks, EvidenceWire } from './evidence-wire.ts';

export interface EvidenceHost {
  readonly tell: TellProgress;
  readonly print: PrintPdf;
  readonly signal?: AbortSignal;
}

/** Throws the task's Failure; `cancelled` when the signal says so. */
export async function runEvidence<K extends EvidenceKind>(
  job: EvidenceJob & { readonly order: { readonly kind: K } },
  { tell, print, signal }: EvidenceHost,
): Promise<EvidenceTasks[K]['result']> {
  signal?.throwIfAborted();
  const worker = new Worker(workerUrl('evidence/evidence-worker'), { workerData: job });
  const { promise, resolve, reject } = Promise.withResolvers<EvidenceTasks[K]['result']>();
  createServer<EvidenceWire>(portTransport(worker), {
    progress: tell,
    print,
    finished: (result) => resolve(result as EvidenceTasks[K]['result']),
    failed: ({ code, message }) => reject(new Failure(code, message)),
  });
  const cancel = (): void => reject(new Failure('cancelled', 'It was cancelled.'));
  signal?.addEventListener('abort', cancel);
  worker.on('error', reject);
  worker.on('exit', () => reject(new Failure('lost', 'The thread ended unexpectedly.')));
  try {
    return await promise;
  } finally {
    signal?.removeEventListener('abort', cancel);
    await worker.terminate();
  }
}
