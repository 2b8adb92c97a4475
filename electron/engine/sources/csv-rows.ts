/** Text that arrives in pieces, cut into rows of fields with their line numbers. */
import Papa from 'papaparse';
import { Failure } from '../../../shared/contract/failure.ts';
import { CSV_LIMITS } from './csv-limits.ts';

export interface CsvDialect {
  readonly delimiter: string;
  readonly quote: string;
}

/** Where a row stands in the file. */
export interface RowPlace {
  /** 1-based line on which it begins. */
  readonly line: number;
  /** More than one where a quoted field holds line breaks. */
  readonly lines: number;
  /** It spans lines by a quote that does not close where a field ends: rows may be lost in it. */
  readonly misquoted: boolean;
}

/** Gets each row with its place; empty lines are passed over. */
export type RowListener = (fields: readonly string[], place: RowPlace) => void;

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
      newline: '\n',
    }).parse(text, 0, !last) as Papa.ParseResult<string[]>;
    const open = last && errors.some(({ code }) => code === 'MissingQuotes');
    const quoted = text.includes(dialect.quote);
    for (let i = 0; i < data.length; i++) {
      const fields = data[i];
      const lines = quoted ? 1 + newlinesInside(fields) : 1;
      if (open && i === data.length - 1) throw unclosedQuote(fileName, line, dialect);
      const misquoted = lines > 1 && errors.some(({ row }) => row === i);
      if (!isBlank(fields)) onRow(fields, { line, lines, misquoted });
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
      const whole = tail + plainNewlines(text);
      if (whole.length > CSV_LIMITS.lineChars && !whole.includes('\n')) {
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
      if (tail + held !== '') take(tail + plainNewlines(held), true);
    },
  };
}

function newlinesInside(fields: readonly string[]): number {
  return fields.reduce((sum, field) => sum + field.split('\n').length - 1, 0);
}

/** Every way to end a line as LF, so that the end of a row never depends on its neighbours. */
export function plainNewlines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** Is it a line of blanks rather than a row? */
export function isBlank(fields: readonly string[]): boolean {
  return fields.length === 1 && fields[0].trim() === '';
}

export function endlessLine(fileName: string, line: number): Failure {
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
