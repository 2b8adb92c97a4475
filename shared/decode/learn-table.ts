/** Guesses how a table in lines is written, with what the import of files knows of tables. */
import type { DecoderConfig } from '../domain/feed.ts';
import type { CsvColumn } from '../domain/csv.ts';
import { textOf } from './byte-text.ts';
import { createFields } from './fields.ts';
import { isAnnotationName, isCounterName, isTimeName } from './header.ts';
import { columnNames } from './layouts.ts';
import { parseNumber } from './number.ts';
import {
  describeColumns,
  guessDecimal,
  guessDelimiter,
  guessHeader,
  guessTimeColumn,
  guessTimeFormat,
  isRowCount,
} from './sniff.ts';

type Row = readonly string[];

const QUOTE = '"';
/** From the year 2000 on a number of seconds is a date rather than the age of a device. */
const EPOCH_MIN = 9.4e8;

export interface LearnedTable {
  readonly config: DecoderConfig;
  readonly ambiguousDates: boolean;
  /** Less where words are left out: bare numbers may read more of it. */
  readonly weight: number;
}

/** None where the lines have no delimiter in common. */
export function learnTable(lines: readonly Uint8Array[]): LearnedTable[] {
  const delimiter = guessDelimiter((candidate) => cut(lines, candidate));
  const all = cut(lines, delimiter);
  const width = commonWidth(all);
  if (width < 2) return [];
  // What comes before the table is a greeting.
  const rows = all.slice(all.findIndex((row) => row.length === width));
  const decimal = guessDecimal(rows, delimiter);
  const header = guessHeader(rows, decimal);
  const data = (header ? rows.slice(1) : rows).filter((row) => row.length === width);
  if (data.length === 0) return [];
  const names = columnNames(header ? rows[0] : null, width);
  const columns = describeColumns(names, data, width, decimal).map((column) => {
    return { ...column, name: names[column.index] };
  });
  const at = guessTimeColumn(columns, data, decimal);
  const cells = at === null ? [] : data.map((row) => row[at]);
  const isClock = at !== null && (columns[at].kind === 'time' || isEpoch(cells, decimal));
  const guess = isClock ? guessTimeFormat(cells, names[at!], decimal) : null;
  const config: DecoderConfig = {
    kind: 'delimited',
    delimiter,
    quote: QUOTE,
    decimal,
    header,
    names: header ? names : null,
    columns: channels(columns, at, data),
    time: guess && { field: names[at!], format: guess.format, timeZone: 'UTC' },
  };
  const hasWords = columns.some(({ kind, index }) => kind === 'text' && index !== at);
  return [{ config, ambiguousDates: guess?.ambiguous ?? false, weight: hasWords ? 0.98 : 1 }];
}

const AGE_NAME = /^(millis|micros|uptime|elapsed|ms|us)\b/i;

function isRising(cells: Row): boolean {
  return cells.every((cell, i) => i === 0 || Number(cell) > Number(cells[i - 1]));
}

/**
 * The columns to keep; null when that is all of them but the time. What merely counts rows or the
 * time since the device started is none of them.
 */
function channels(
  columns: readonly CsvColumn[],
  timeColumn: number | null,
  data: readonly Row[],
): string[] | null {
  const isCount = ({ index, name }: CsvColumn): boolean => {
    const cells = data.map((row) => row[index] ?? '');
    if (isTimeName(name) || AGE_NAME.test(name)) return isRising(cells);
    return isCounterName(name) && isRowCount(cells);
  };
  const others = columns.filter(({ index }) => index !== timeColumn);
  const kept = others.filter((column) => {
    const { kind, name } = column;
    return (kind === 'number' || kind === 'empty') && !isAnnotationName(name) && !isCount(column);
  });
  return kept.length === columns.length ? null : kept.map(({ name }) => name);
}

function isEpoch(cells: Row, decimal: '.' | ','): boolean {
  return cells.every((cell) => {
    const value = parseNumber(cell, decimal);
    return Number.isNaN(value) || value >= EPOCH_MIN;
  });
}

function cut(lines: readonly Uint8Array[], delimiter: string): Row[] {
  const fields = createFields(delimiter.charCodeAt(0), QUOTE.charCodeAt(0));
  return lines.map((line) => {
    const count = Math.max(0, fields.cut(line, 0, line.length));
    return Array.from({ length: count }, (_, k) => {
      return textOf(fields.bytes, fields.starts[k], fields.ends[k]);
    });
  });
}

/** The number of fields that most lines have. */
function commonWidth(rows: readonly Row[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  return best?.[0] ?? 0;
}
