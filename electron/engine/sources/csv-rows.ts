/** Text that arrives in pieces, cut into rows of fields with their line numbers. */
import Papa from 'papaparse';
import { Failure } from '../../../shared/contract/failure.ts';
import { CSV_LIMITS } from './csv-limits.ts';

export interface CsvDialect {
  readonly delimiter: string;
  readonly quote: string;
}

/** Gets each row with the 1-based line on which it begins; empty lines are passed over. */
export type RowListener = (fields: readonly string[], line: number) => void;

export interface CsvRows {
  push(text: string): void;
  /** The text has ended. */
  end(): void;
}

/** Throws Failure bad-input for a line without end and a quote that is never closed. */
export function createCsvRows(fileName: string, dialect: CsvDialect, onRow: RowListener): CsvRows {
  let tail = '';
  let line = 1;
  let begun = false;
  // A CR at the end of a piece waits: it may be half of a CR LF.
  let held = '';

  const take = (text: string, last: boolean): void => {
    const { data, meta, errors } = new Papa.Parser({
      delimiter: dialect.delimiter,
      quoteChar: dialect.quote,
      newline: text.includes('\n') ? '\n' : '\r',
    }).parse(text, 0, !last) as Papa.ParseResult<string[]>;
    const open = last && errors.some(({ code }) => code === 'MissingQuotes');
    const quoted = text.includes(dialect.quote);
    for (const fields of data) {
      const lines = quoted ? 1 + newlinesInside(fields) : 1;
      if (open && fields === data.at(-1)) throw unclosedQuote(fileName, line, dialect);
      if (fields.length > 1 || fields[0].trim() !== '') onRow(fields, line);
      line += lines;
    }
    tail = text.slice(meta.cursor);
  };

  return {
    push: (piece) => {
      let text = held + (begun ? piece : piece.replace(/^\ufeff/, ''));
      begun ||= piece.length > 0;
      held = text.endsWith('\r') ? '\r' : '';
      text = held ? text.slice(0, -1) : text;
      const whole = tail + text;
      if (whole.length > CSV_LIMITS.lineChars && !/[\r\n]/.test(whole)) {
        throw endlessLine(fileName, line);
      }
      take(whole, false);
      if (tail.length > 2 * CSV_LIMITS.lineChars) {
        throw tail.includes(dialect.quote)
          ? unclosedQuote(fileName, line, dialect)
          : endlessLine(fileName, line);
      }
    },
    end: () => {
      if (tail + held !== '') take(tail + held, true);
    },
  };
}

function newlinesInside(fields: readonly string[]): number {
  return fields.reduce((sum, field) => sum + (field.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
}

function endlessLine(fileName: string, line: number): Failure {
  const megabytes = CSV_LIMITS.lineChars / 1024 ** 2;
  return new Failure(
    'bad-input',
    `Line ${line} of ${fileName} is longer than ${megabytes} MiB; rows of a table, one a line, ` +
      'were expected. Check that this is a CSV file.',
  );
}

function unclosedQuote(fileName: string, line: number, { quote }: CsvDialect): Failure {
  return new Failure(
    'bad-input',
    `A quote (${quote}) opened on line ${line} of ${fileName} is never closed; a closing quote ` +
      'was expected. Close it, or remove it if it is not meant as one.',
  );
}
