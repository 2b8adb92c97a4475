/** Worker thread of one report, bundle, verification or recomputation; reads, never writes. */
import { parentPort, workerData } from 'node:worker_threads';
import { createClient } from '../../../shared/contract/client.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import type { TellProgress } from '../../../shared/domain/job.ts';
import { readBundleFile } from '../bundle/opened-bundles.ts';
import { expectedInstead } from '../bundle/expected-instead.ts';
import { provenanceOf } from '../bundle/provenance.ts';
import { verifyBundle } from '../bundle/verify-bundle.ts';
import { bundleFile } from '../bundle/write-bundle.ts';
import { renderReport } from '../report/render-report.ts';
import { reportOf } from '../report/report-of.ts';
import { proposeThreshold } from '../report/threshold-proposal.ts';
import { openLocalReads } from '../store/local-reads.ts';
import type { EvidenceJob, EvidenceKind, EvidenceTasks, EvidenceWire } from './evidence-wire.ts';

const { file, version, order } = workerData as EvidenceJob;
const host = createClient<EvidenceWire>(portTransport(parentPort!));
const tell: TellProgress = (...progress) => void host.call('progress', ...progress);

async function work(): Promise<EvidenceTasks[EvidenceKind]['result']> {
  if (order.kind === 'verify') {
    return verifyBundle(await readBundleFile(order.path), tell);
  }
  const store = openLocalReads(file);
  try {
    switch (order.kind) {
      case 'report': {
        const { streamId, language, range, format } = order;
        const report = await reportOf(store, streamId, language, range, tell);
        return await renderReport(report, format, (html) => host.call('print', html));
      }
      case 'bundle':
        return await bundleFile(store, order.streamId, order, version, tell);
      case 'recompute':
        return await provenanceOf(store, order.streamId, order.start, version, tell);
      case 'expect':
        return await expectedInstead(store, order.streamId, order.start);
      case 'propose':
        return await proposeThreshold(store, order.streamId, order.method, order.alarmsPerDay);
    }
  } finally {
    store.close();
  }
}

try {
  await host.call('finished', await work());
} catch (error) {
  const { message } = error as Error;
  await host.call('failed', { code: error instanceof Failure ? error.code : 'internal', message });
}
parentPort!.close();
