/** A CSV file becomes a stream: all of it or, on failure and cancel, nothing. */
import type { CsvPlan } from '../../shared/domain/csv.ts';
import type { QuarantinedRow, SampleBatch, StreamInfo } from '../../shared/domain/stream.ts';
import type { JobHandle } from './jobs.ts';
import { importCsv } from './sources/csv-import.ts';
import type { Store } from './store/store-api.ts';

export interface ImportOrder {
  readonly path: string;
  readonly fileName: string;
  readonly streamName: string;
  readonly plan: CsvPlan;
}

export async function runImportJob(
  store: Store,
  order: ImportOrder,
  job: JobHandle,
): Promise<StreamInfo> {
  const { path, fileName, plan } = order;
  let streamId: number | null = null;
  let duplicates = 0;
  // Rows set aside before the first good batch wait for the stream that it creates.
  let waiting: readonly QuarantinedRow[] = [];
  const stream = async (first: SampleBatch | null): Promise<number> =>
    (streamId ??= await store.write['stream.create']({
      name: order.streamName,
      channels: plan.channels.map(({ name, unit }) => ({ name, unit })),
      periodMs: plan.timeColumn === null ? plan.periodMs : medianStepMs(first),
      hasTime: plan.timeColumn !== null,
    }));
  try {
    const counts = await importCsv({
      path,
      fileName,
      plan,
      signal: job.signal,
      onBatch: async (batch) => {
        const id = await stream(batch);
        duplicates += (await store.write['stream.append'](id, batch)).duplicates;
      },
      onQuarantine: async (rows) => {
        waiting = [...waiting, ...rows];
        if (streamId === null) return;
        await store.write['stream.quarantine'](streamId, waiting);
        waiting = [];
      },
      onProgress: ({ rows, bytes, totalBytes }) =>
        job.progress('import', rows, Math.round((rows * totalBytes) / Math.max(1, bytes)), 'rows'),
    });
    const { periodMs, backward, gaps } = counts;
    const counted = { periodMs, backward, gaps, duplicates };
    const id = await stream(null);
    if (waiting.length > 0) await store.write['stream.quarantine'](id, waiting);
    const info = await store.write['stream.publish'](id, counted);
    job.stream(info.id);
    return info;
  } catch (error) {
    if (streamId !== null) await store.write['stream.purge'](streamId);
    throw error;
  }
}

/** Median positive step of the first rows, ms; 1000 when there is none. */
function medianStepMs(batch: SampleBatch | null): number {
  if (!batch) return 1000;
  const steps = batch.t
    .slice(0, 2048)
    .map((time, i, t) => (i > 0 ? time - t[i - 1]! : 0))
    .filter((step) => step > 0)
    .sort();
  return steps.length === 0 ? 1000 : steps[steps.length >> 1]!;
}
