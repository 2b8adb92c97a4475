/** Turns rows of fields into columns of numbers, and says why where it cannot. */
import { isMissing, parseNumber } from '../../../shared/decode/number.ts';
import { timeParser, type TimeParser } from '../../../shared/decode/time.ts';
import type { CsvPlan } from '../../../shared/domain/csv.ts';
import type { SampleBatch } from '../../../shared/domain/stream.ts';
import { CSV_LIMITS } from './csv-limits.ts';

export interface RowReader {
  /** Takes a row in; answers null, or the reason why it was not taken. */
  take(fields: readonly string[]): string | null;
  readonly isFull: boolean;
  readonly missing: number;
  /** The rows taken since the last batch. */
  batch(): SampleBatch;
}

export function createRowReader(plan: CsvPlan, width: number, names: readonly string[]): RowReader {
  const { channels, timeColumn, periodMs, decimal } = plan;
  const toTime: TimeParser = timeParser(plan.timeFormat, plan.timeZone, decimal);
  const rowsMax = CSV_LIMITS.batchRows;
  const sources = channels.map(({ column }) => column);
  let t = new Float64Array(rowsMax);
  let columns = channels.map(() => new Float64Array(rowsMax));
  let size = 0;
  let total = 0;
  let missing = 0;

  const cellReason = (index: number, text: string, expected: string): string =>
    `column "${names[index]}" holds "${text.slice(0, 40)}" where ${expected} was expected`;

  return {
    take: (fields) => {
      if (fields.length !== width) {
        const found = fields.length === 1 ? '1 field' : `${fields.length} fields`;
        return `${found} where ${width} were expected`;
      }
      let time = Math.round(total * periodMs);
      if (timeColumn !== null) {
        time = toTime(fields[timeColumn]);
        if (!(time === time)) return cellReason(timeColumn, fields[timeColumn], 'a time');
      }
      for (let k = 0; k < sources.length; k++) {
        const text = fields[sources[k]];
        let value = decimal === '.' ? Number(text) : parseNumber(text, decimal);
        // Number() takes blanks and words such as Infinity for numbers; look twice at those.
        if (!(value - value === 0) || value === 0) {
          value = parseNumber(text, decimal);
          if (!(value === value)) {
            if (!isMissing(text)) return cellReason(sources[k], text, 'a number');
            missing++;
          }
        }
        columns[k][size] = value;
      }
      t[size++] = time;
      total++;
      return null;
    },
    get isFull() {
      return size === rowsMax;
    },
    get missing() {
      return missing;
    },
    batch: () => {
      const whole = size === rowsMax;
      const cut = (column: Float64Array): Float64Array => (whole ? column : column.slice(0, size));
      const batch = { t: cut(t), columns: columns.map(cut) };
      t = new Float64Array(rowsMax);
      columns = channels.map(() => new Float64Array(rowsMax));
      size = 0;
      return batch;
    },
  };
}
