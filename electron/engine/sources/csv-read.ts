/** Reads a whole CSV file by its plan: batches of columns out, bad rows aside. Runs in a thread. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { QuarantinedRow, SampleBatch } from '../../../shared/domain/stream.ts';
import { textDecoder } from './csv-encoding.ts';
import { CsvIntake } from './csv-intake.ts';
import { CSV_LIMITS } from './csv-limits.ts';
import { createCsvRows } from './csv-rows.ts';
import type { CsvOrder, ImportCounts, ImportProgress } from './csv-wire.ts';

export interface CsvSink {
  batch(batch: SampleBatch): Promise<void>;
  quarantine(rows: readonly QuarantinedRow[]): Promise<void>;
  progress(progress: ImportProgress): void;
}

/** Throws Failure bad-input when the file turns out not to be the table of the plan. */
export async function readCsv(order: CsvOrder, sink: CsvSink): Promise<ImportCounts> {
  const { path, fileName, plan } = order;
  const intake = new CsvIntake(order);
  const rows = createCsvRows(fileName, plan, (fields, place) => intake.row(fields, place));
  const decoder = textDecoder(plan.encoding);
  const totalBytes = statSync(path).size;
  const handle = openSync(path, 'r');
  try {
    const buffer = new Uint8Array(CSV_LIMITS.chunkBytes);
    let bytes = 0;
    for (let read; (read = readSync(handle, buffer, 0, buffer.length, null)) > 0;) {
      bytes += read;
      rows.push(decoder.decode(buffer.subarray(0, read), { stream: true }));
      await flush(intake, sink, false);
      sink.progress({ rows: intake.rows, bytes, totalBytes });
    }
    rows.push(decoder.decode());
    rows.end();
    await flush(intake, sink, true);
  } finally {
    closeSync(handle);
  }
  return intake.counts();
}

async function flush(intake: CsvIntake, sink: CsvSink, atEnd: boolean): Promise<void> {
  for (const batch of intake.takeBatches(atEnd)) await sink.batch(batch);
  const bad = intake.takeBad(atEnd);
  if (bad.length > 0) await sink.quarantine(bad);
}
