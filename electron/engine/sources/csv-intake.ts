/** Sorts the rows of a CSV file into batches and rows set aside, and judges the whole. */
import { Failure } from '../../../shared/contract/failure.ts';
import { nameColumns } from '../../../shared/decode/header.ts';
import type { CsvPlan } from '../../../shared/domain/csv.ts';
import type { QuarantinedRow, SampleBatch } from '../../../shared/domain/stream.ts';
import { CSV_LIMITS } from './csv-limits.ts';
import { createRowReader, type RowReader } from './csv-row-reader.ts';
import type { RowPlace } from './csv-rows.ts';
import type { CsvOrder, ImportCounts } from './csv-wire.ts';
import { createTimeSteps } from './time-steps.ts';

export class CsvIntake {
  /** Good rows so far. */
  rows = 0;
  private readonly fileName: string;
  private readonly plan: CsvPlan;
  private readonly steps = createTimeSteps();
  private reader: RowReader | null = null;
  private quarantined = 0;
  private firstBad: QuarantinedRow | null = null;
  private bad: QuarantinedRow[] = [];
  private full: SampleBatch[] = [];
  private hasNumbers = false;

  constructor({ fileName, plan }: Pick<CsvOrder, 'fileName' | 'plan'>) {
    this.fileName = fileName;
    this.plan = plan;
  }

  /** Takes the next row of the file. Throws Failure when most of the rows cannot be read. */
  row(fields: readonly string[], place: RowPlace): void {
    if (!this.reader) {
      this.reader = this.open(fields);
      if (this.plan.header) return;
    }
    const reason = place.misquoted ? 'a quote is not closed' : this.reader.take(fields);
    if (reason) {
      this.setAside(fields, place, reason);
      return;
    }
    this.rows++;
    if (this.reader.isFull) this.closeBatch();
  }

  /** Full batches since the last call; at the end the rest too. */
  takeBatches(atEnd: boolean): readonly SampleBatch[] {
    if (atEnd) this.closeBatch();
    const { full } = this;
    this.full = [];
    return full;
  }

  /** Rows set aside since the last call, when they are many; at the end all. */
  takeBad(atEnd: boolean): readonly QuarantinedRow[] {
    if (!atEnd && this.bad.length < CSV_LIMITS.quarantineRowsAtOnce) return [];
    const { bad } = this;
    this.bad = [];
    return bad;
  }

  /** Throws Failure when what was read makes no recording. */
  counts(): ImportCounts {
    const { fileName, rows, quarantined, steps, plan } = this;
    if (quarantined > rows) throw this.mostlyBad();
    if (!this.hasNumbers) {
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
    const missing = this.reader?.missing ?? 0;
    return { rows, quarantined, missing, backward, gaps, periodMs };
  }

  private open(first: readonly string[]): RowReader {
    // A first row that was cut short must not set the width of all.
    const width = Math.max(first.length, widthOf(this.plan));
    const names = nameColumns(this.plan.header ? first : null, width).map(({ name }) => name);
    return createRowReader(this.plan, width, names);
  }

  private setAside(fields: readonly string[], { line, lines }: RowPlace, why: string): void {
    this.quarantined++;
    const text = fields.join(this.plan.delimiter).slice(0, CSV_LIMITS.quarantineTextChars);
    // What a stray quote swallows is named, for it is lost with its row.
    const joined = lines > 1 ? `; a quote joins lines ${line} to ${line + lines - 1}` : '';
    const row = { line, text, reason: why + joined };
    this.firstBad ??= row;
    this.bad.push(row);
    const seen = this.rows + this.quarantined;
    if (seen >= CSV_LIMITS.verdictRows && this.quarantined > this.rows) throw this.mostlyBad();
  }

  private mostlyBad(): Failure {
    const { fileName, rows, quarantined } = this;
    const { line, reason } = this.firstBad!;
    return new Failure(
      'bad-input',
      `${quarantined} of the first ${rows + quarantined} rows of ${fileName} could not be read; ` +
        `line ${line}: ${reason}. Check the delimiter, the decimal sign and the time column.`,
    );
  }

  private closeBatch(): void {
    const batch = this.reader?.batch();
    if (!batch || batch.t.length === 0) return;
    this.steps.follow(batch.t);
    this.hasNumbers ||= batch.columns.some((column) => column.some(Number.isFinite));
    this.full.push(batch);
  }
}

/** Fields that a row needs to hold all that the plan reads. */
function widthOf({ timeColumn, channels }: CsvPlan): number {
  return 1 + Math.max(timeColumn ?? 0, ...channels.map(({ column }) => column));
}
