/** The batches that the appending child writes, known to the test that reads them back. */
import type { SampleBatch } from '../../shared/domain/stream.ts';

export const CHANNELS = 3;
export const ROWS_PER_BATCH = 150;

/** Odd batches reach back over the end of the one before, so that rows are replaced too. */
export function batchAt(batch: number): SampleBatch {
  const from = batch * ROWS_PER_BATCH - (batch % 2) * 20;
  const rows = ROWS_PER_BATCH + (batch % 2) * 20;
  return {
    t: Float64Array.from({ length: rows }, (_, i) => (from + i) * 10),
    columns: Array.from({ length: CHANNELS }, (_, k) =>
      Float64Array.from({ length: rows }, (_, i) => 1000 * batch + i + k),
    ),
  };
}
