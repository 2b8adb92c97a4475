/** Stored rows as recordings on an even grid: whole where they fit into memory, else in parts. */
import { gapOf, resample, type Recording } from '../../../shared/activity/recording.ts';
import type { SampleBatch, TimeRange } from '../../../shared/domain/stream.ts';

/** Numbers of a part: 64 MiB of them. */
const PART_NUMBERS = 8 * 1024 * 1024;
const ROWS_PER_READ = 16_384;

export type RowReader = (after: number, limit: number) => Promise<SampleBatch>;

export interface RecordingPlan {
  /** Columns of the stream to read. */
  readonly columns: readonly number[];
  /** Usual step between its rows. */
  readonly periodMs: number;
  /** Of the grid. */
  readonly stepMs: number;
}

/** One part after another; `read`: told how many rows were read so far. */
export async function* readRecordings(
  rows: RowReader,
  range: TimeRange,
  { columns, periodMs, stepMs }: RecordingPlan,
  read: (rows: number) => void = () => undefined,
): AsyncGenerator<Recording> {
  const rowsMax = Math.max(ROWS_PER_READ, Math.floor(PART_NUMBERS / columns.length));
  const gapMs = gapOf(periodMs, stepMs);
  let batches: SampleBatch[] = [];
  let held = 0;
  let count = 0;
  for (let after = range.from - 1; ;) {
    const batch = await rows(after, ROWS_PER_READ);
    const n = batch.t.findLastIndex((time) => time <= range.to) + 1;
    batches.push(select(batch, columns, n));
    held += n;
    count += n;
    read(count);
    const isLast = n < batch.t.length || n === 0;
    if (held > 0 && (isLast || held >= rowsMax)) {
      const { t, columns: joined } = join(batches, columns.length, held);
      yield resample(t, joined, stepMs, gapMs);
      [batches, held] = [[], 0];
    }
    if (isLast) return;
    after = batch.t[n - 1];
  }
}

function select({ t, columns }: SampleBatch, chosen: readonly number[], n: number): SampleBatch {
  return { t: t.subarray(0, n), columns: chosen.map((k) => columns[k].subarray(0, n)) };
}

function join(batches: readonly SampleBatch[], width: number, rows: number): SampleBatch {
  const t = new Float64Array(rows);
  const columns = Array.from({ length: width }, () => new Float64Array(rows));
  let at = 0;
  for (const batch of batches) {
    t.set(batch.t, at);
    columns.forEach((column, k) => column.set(batch.columns[k], at));
    at += batch.t.length;
  }
  return { t, columns };
}
