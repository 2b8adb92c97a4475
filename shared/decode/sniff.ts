/** Guesses how a table is written, from its first rows. Every guess can be overruled. */
import type { CsvColumn, TimeFormat } from '../domain/csv.ts';
import { isTimeName, nameColumns } from './header.ts';
import { hasDecimalComma, isMissing, parseNumber } from './number.ts';
import { dateFields, isIso } from './time.ts';

type Row = readonly string[];

/** In order of trust: a comma is often inside numbers, a space inside times. */
export const DELIMITERS = ['\t', ';', '|', ',', ' '] as const;
const AGREEMENT_MIN = 0.9;
const NUMBER_SHARE_MIN = 0.8;

/** The first delimiter that cuts nearly all rows into the same number (> 1) of fields. */
export function guessDelimiter(cut: (delimiter: string) => readonly Row[]): string {
  let best = { delimiter: ',', agreement: 0 };
  for (const delimiter of DELIMITERS) {
    const agreement = widthAgreement(cut(delimiter), delimiter);
    if (agreement >= AGREEMENT_MIN) return delimiter;
    if (agreement > best.agreement) best = { delimiter, agreement };
  }
  return best.delimiter;
}

function widthAgreement(rows: readonly Row[], delimiter: string): number {
  const counts = new Map<number, number>();
  for (const row of rows) {
    // A number padded with blanks is still one field.
    const fields = delimiter === ' ' ? row.filter((cell) => cell !== '') : row;
    if (fields.length > 1) counts.set(row.length, (counts.get(row.length) ?? 0) + 1);
  }
  return rows.length === 0 ? 0 : Math.max(0, ...counts.values()) / rows.length;
}

export function guessDecimal(rows: readonly Row[], delimiter: string): '.' | ',' {
  if (delimiter === ',') return '.';
  const cells = rows.flat();
  const commas = cells.filter(hasDecimalComma).length;
  const points = cells.filter((cell) => /^\s*[+-]?\d*\.\d+\s*$/.test(cell)).length;
  return commas > points ? ',' : '.';
}

/** A first row without numbers or times above rows that have some is a header. */
export function guessHeader(rows: readonly Row[], decimal: '.' | ','): boolean {
  const isData = (cell: string): boolean =>
    dateFields(cell) !== null || Number.isFinite(parseNumber(cell, decimal));
  const [first, ...rest] = rows;
  if (!first || first.some(isData)) return false;
  return first.some((cell) => cell.trim() !== '') || rest.some((row) => row.some(isData));
}

/** Names, units and kinds of all columns. `rows` are data rows. */
export function describeColumns(
  headers: Row | null,
  rows: readonly Row[],
  width: number,
  decimal: '.' | ',',
): CsvColumn[] {
  return nameColumns(headers, width).map(({ name, unit }, index) => {
    const cells = rows.map((row) => row[index] ?? '').filter((cell) => !isMissing(cell));
    return { index, name, unit, kind: kindOf(cells, decimal) };
  });
}

function kindOf(cells: readonly string[], decimal: '.' | ','): CsvColumn['kind'] {
  if (cells.length === 0) return 'empty';
  const share = (test: (cell: string) => boolean): number =>
    cells.filter(test).length / cells.length;
  if (share((cell) => Number.isFinite(parseNumber(cell, decimal))) >= NUMBER_SHARE_MIN) {
    return 'number';
  }
  return share((cell) => dateFields(cell) !== null) >= NUMBER_SHARE_MIN ? 'time' : 'text';
}

/** The column that holds the time: dates first, then numbers that are named or look like it. */
export function guessTimeColumn(
  columns: readonly CsvColumn[],
  rows: readonly Row[],
  decimal: '.' | ',',
): number | null {
  const dates = columns.filter(({ kind }) => kind === 'time');
  const named = dates.find(({ name }) => isTimeName(name)) ?? dates[0];
  if (named) return named.index;
  for (const { index, kind, name } of columns) {
    if (kind !== 'number') continue;
    const values = rows
      .map((row) => parseNumber(row[index] ?? '', decimal))
      .filter(Number.isFinite);
    const rises = values.length > 1 && values.at(-1)! > values[0] && mostlyRising(values);
    const epoch = epochUnit(values[0] ?? NaN) !== null;
    if (rises && (isTimeName(name) || (epoch && Number.isInteger(values[0])))) return index;
  }
  return null;
}

/** A column that merely counts the rows: 0, 1, 2, … or from any other whole number. */
export function isRowCount(cells: readonly string[]): boolean {
  const values = cells.map(Number);
  return values.length > 1 && values.every((value, i) => value === values[0] + i);
}

function mostlyRising(values: readonly number[]): boolean {
  const rising = values.filter((value, i) => i > 0 && value >= values[i - 1]).length;
  return rising >= 0.9 * (values.length - 1);
}

/** Between 2000 and 2065 in one of the units, or null. */
function epochUnit(value: number): 's' | 'ms' | 'us' | null {
  if (value >= 9.4e8 && value < 3e9) return 's';
  if (value >= 9.4e11 && value < 3e12) return 'ms';
  if (value >= 9.4e14 && value < 3e15) return 'us';
  return null;
}

/** The unit that a header such as "time_ms" or "time µs" names; seconds when it names none. */
function namedUnit(header: string): 's' | 'ms' | 'us' {
  if (/(?<![a-z])ms(?![a-z])|milli/i.test(header)) return 'ms';
  return /(?<![a-z])[uµμ]s(?![a-z])|micro/i.test(header) ? 'us' : 's';
}

/** What a column of times looks like; `ambiguous` when day and month cannot be told apart. */
export function guessTimeFormat(
  cells: readonly string[],
  header: string,
  decimal: '.' | ',',
): { format: TimeFormat; ambiguous: boolean } {
  const texts = cells.filter((cell) => !isMissing(cell));
  const dated = texts.map(dateFields).filter((fields) => fields !== null);
  if (dated.length === 0) {
    const unit = epochUnit(parseNumber(texts[0] ?? '', decimal));
    return {
      format: { kind: 'epoch', unit: unit ?? namedUnit(header) },
      ambiguous: false,
    };
  }
  if (texts.some(isIso)) return { format: { kind: 'iso' }, ambiguous: false };
  if (dated.some(([first]) => first.length === 4)) {
    return { format: { kind: 'date', order: 'YMD' }, ambiguous: false };
  }
  const order = dayMonthOrder(dated);
  const ambiguous = order === null && !texts.every(isDotted);
  return { format: { kind: 'date', order: order ?? 'DMY' }, ambiguous };
}

/** "1.3.2024": who parts a date by dots writes the day first. */
const isDotted = (text: string): boolean => /^\d{1,2}\.\d{1,2}\.\d{2,4}\b/.test(text.trim());

/** A first number above 12 is a day, a second one above 12 makes the first a month. */
export function dayMonthOrder(
  dates: Iterable<readonly [string, string, string]>,
): 'DMY' | 'MDY' | null {
  for (const [first, second] of dates) {
    if (Number(first) > 12) return 'DMY';
    if (Number(second) > 12) return 'MDY';
  }
  return null;
}
