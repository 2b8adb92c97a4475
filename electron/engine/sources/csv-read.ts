/** Reads a whole CSV file by its plan: batches of columns out, bad rows aside. Runs in a thread. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { Failure } from '../../../shared/contract/failure.ts';
import { nameColumns } from '../../../shared/decode/header.ts';
import type { CsvPlan } from '../../../shared/domain/csv.ts';
import type { QuarantinedRow, SampleBatch } from '../../../shared/domain/stream.ts';
import { textDecoder } from './csv-encoding.ts';
import { CSV_LIMITS } from './csv-limits.ts';
import { createRowReader, type RowReader } from './csv-row-reader.ts';
import { createCsvRows, type RowListener, type RowPlace } from './csv-rows.ts';
import type { CsvOrder, ImportCounts, ImportProgress } from './csv-wire.ts';
import { createTimeSteps } from './time-steps.ts';

export interface CsvSink {
  batch(batch: SampleBatch): Promise<void>;
  quarantine(rows: readonly QuarantinedRow[]): Promise<void>;
  progress(progress: ImportProgress): void;
}

/** Throws Failure bad-input when the file turns out not to be the table of the plan. */
export async function readCsv(order: CsvOrder, sink: CsvSink): Promise<ImportCounts> {
  const { path, fileName, plan } = order;
  const intake = createIntake(order);
  const rows = createCsvRows(fileName, plan, intake.row);
  const decoder = textDecoder(plan.encoding);
  const totalBytes = statSync(path).size;
  const handle = openSync(path, 'r');
  try {
    const buffer = new Uint8Array(CSV_LIMITS.chunkBytes);
    let bytes = 0;
    for (let read; (read = readSync(handle, buffer, 0, buffer.length, null)) > 0;) {
      bytes += read;
      rows.push(decoder.decode(buffer.subarray(0, read), { stream: true }));
      await intake.flush(sink, false);
      sink.progress({ rows: intake.rows, bytes, totalBytes });
    }
    rows.push(decoder.decode());
    rows.end();
    await intake.flush(sink, true);
  } finally {
    closeSync(handle);
  }
  return intake.counts();
}

interface Intake {
  readonly row: RowListener;
  readonly rows: number;
  /** Sends what is full, or at the end all there is. */
  flush(sink: CsvSink, all: boolean): Promise<void>;
  /** Throws Failure when what was read makes no recording. */
  counts(): ImportCounts;
}

function createIntake({ fileName, plan }: CsvOrder): Intake {
  let reader: RowReader | null = null;
  let rows = 0;
  let quarantined = 0;
  let finite = false;
  let firstBad: QuarantinedRow | null = null;
  let bad: QuarantinedRow[] = [];
  const full: SampleBatch[] = [];
  const steps = createTimeSteps();

  const open = (headers: readonly string[] | null, width: number): RowReader => {
    const names = nameColumns(headers, width).map(({ name }) => name);
    return createRowReader(plan, width, names);
  };
  const setAside = (fields: readonly string[], { line, lines }: RowPlace, why: string): void => {
    quarantined++;
    const text = fields.join(plan.delimiter).slice(0, CSV_LIMITS.quarantineTextChars);
    // What a stray quote swallows is named, for it is lost with its row.
    const joined = lines > 1 ? `; a quote joins lines ${line} to ${line + lines - 1}` : '';
    const row = { line, text, reason: why + joined };
    firstBad ??= row;
    bad.push(row);
    if (rows + quarantined >= CSV_LIMITS.verdictRows && quarantined > rows) throw mostlyBad();
  };
  const mostlyBad = (): Failure =>
    new Failure(
      'bad-input',
      `${quarantined} of the first ${rows + quarantined} rows of ${fileName} could not be read; ` +
        `line ${firstBad!.line}: ${firstBad!.reason}. Check the delimiter, the decimal sign and ` +
        'the time column.',
    );
  const close = (): void => {
    const batch = reader!.batch();
    if (batch.t.length === 0) return;
    steps.follow(batch.t);
    finite ||= batch.columns.some((column) => column.some(Number.isFinite));
    full.push(batch);
  };
  return {
    row: (fields, place) => {
      if (!reader) {
        // A first row that was cut short must not set the width of all.
        reader = open(plan.header ? fields : null, Math.max(fields.length, widthOf(plan)));
        if (plan.header) return;
      }
      const reason = place.misquoted ? 'a quote is not closed' : reader.take(fields);
      if (reason) return setAside(fields, place, reason);
      rows++;
      if (reader.isFull) close();
    },
    get rows() {
      return rows;
    },
    flush: async (sink, all) => {
      if (all && reader) close();
      while (full.length > 0) await sink.batch(full.shift()!);
      if (bad.length === 0 || (!all && bad.length < CSV_LIMITS.quarantineRowsAtOnce)) return;
      await sink.quarantine(bad);
      bad = [];
    },
    counts: () => {
      if (quarantined > rows) throw mostlyBad();
      if (!finite) {
        const names = plan.channels.map(({ name }) => name).join(', ');
        throw new Failure(
          'bad-input',
          `All ${rows} rows of ${fileName} have no value in ${names}; numbers were expected. ` +
            'Choose other channels or another file.',
        );
      }
      if (steps.periodMs === null && rows > 1) {
        throw new Failure(
          'bad-input',
          `Time never moves forward in ${fileName}: all ${rows} rows have the same time or go ` +
            'back; rising times were expected. Choose another time column, or none with a period.',
        );
      }
      const { backward, gaps } = steps;
      const periodMs = steps.periodMs ?? plan.periodMs;
      return { rows, quarantined, missing: reader?.missing ?? 0, backward, gaps, periodMs };
    },
  };
}

/** Fields that a row needs to hold all that the plan reads. */
function widthOf({ timeColumn, channels }: CsvPlan): number {
  return 1 + Math.max(timeColumn ?? 0, ...channels.map(({ column }) => column));
}
