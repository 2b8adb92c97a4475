/** What a CSV file seems to hold, before anything is imported. */
import Papa from 'papaparse';
import { Failure } from '../../../shared/contract/failure.ts';
import { isAnnotationName, isCounterName } from '../../../shared/decode/header.ts';
import {
  describeColumns,
  guessDecimal,
  guessDelimiter,
  guessHeader,
  guessTimeColumn,
  guessTimeFormat,
  isRowCount,
} from '../../../shared/decode/sniff.ts';
import { zoneToUtc } from '../../../shared/decode/time-zone.ts';
import type {
  CsvChoices,
  CsvColumn,
  CsvPlan,
  CsvPreview,
  CsvQuestion,
  TimeFormat,
} from '../../../shared/domain/csv.ts';
import { dateOrderOfFile } from './csv-date-order.ts';
import { readStart, type CsvStart } from './csv-file.ts';
import { CSV_LIMITS } from './csv-limits.ts';
import { createCsvRows, isBlank, type CsvDialect } from './csv-rows.ts';

const DEFAULT_PERIOD_MS = 1000;
const QUOTE = '"';

/**
 * Guesses everything that `choices` leave open. Throws Failure bad-input when the file cannot be
 * imported whatever is chosen, and bad-usage when a choice does not fit the file.
 */
export async function previewCsv(
  path: string,
  fileName: string,
  choices: CsvChoices,
): Promise<CsvPreview> {
  const start = readStart(path, fileName, choices.encoding);
  const table = readTable(start, fileName, choices);
  const { delimiter, quote, header, decimal, columns, rows } = table;
  const timeColumn =
    choices.timeColumn === undefined ? guessTimeColumn(columns, rows, decimal) : choices.timeColumn;
  refuseUnfitChoices(fileName, columns.length, timeColumn, choices);
  const dialect = { delimiter, quote, header, decimal };
  const time = await decideTime(path, fileName, start, table, timeColumn, choices);
  const plan: CsvPlan = {
    encoding: start.encoding,
    ...dialect,
    timeColumn,
    timeFormat: time.format,
    timeZone: choices.timeZone ?? 'UTC',
    periodMs: choices.periodMs ?? DEFAULT_PERIOD_MS,
    channels: choices.channels ?? defaultChannels(table, timeColumn),
  };
  refuseNothingToMeasure(fileName, columns, plan, choices);
  return {
    fileName,
    sizeBytes: start.sizeBytes,
    plan,
    columns,
    rows: rows.slice(0, CSV_LIMITS.previewRows),
    questions: time.questions,
  };
}

interface Table {
  readonly delimiter: string;
  readonly quote: string;
  readonly header: boolean;
  readonly decimal: '.' | ',';
  readonly columns: readonly CsvColumn[];
  readonly rows: readonly (readonly string[])[];
}

function readTable(start: CsvStart, fileName: string, choices: CsvChoices): Table {
  const quote = choices.quote ?? QUOTE;
  const parse = (delimiter: string): Papa.ParseResult<string[]> =>
    Papa.parse<string[]>(start.text, {
      delimiter,
      quoteChar: quote,
      newline: '\n',
      preview: CSV_LIMITS.sampleRows + 1,
    });
  const rowsOf = ({ data }: Papa.ParseResult<string[]>): string[][] =>
    data.filter((fields) => !isBlank(fields));
  const delimiter = choices.delimiter ?? guessDelimiter((sign) => rowsOf(parse(sign)));
  const parsed = parse(delimiter);
  const all = rowsOf(parsed);
  if (parsed.errors.some(({ code }) => code === 'MissingQuotes')) {
    refuseUnclosedQuote(start, fileName, { delimiter, quote }, all);
  }
  const decimal = choices.decimal ?? guessDecimal(all, delimiter);
  const header = choices.header ?? guessHeader(all, decimal);
  const rows = header ? all.slice(1) : all;
  if (rows.length === 0) {
    throw new Failure(
      'bad-input',
      `${fileName} has a header line and no rows below it; rows of numbers were expected. ` +
        'Choose a file with data.',
    );
  }
  const headers = header ? all[0] : null;
  const width = headers?.length ?? commonWidth(rows);
  return {
    delimiter,
    quote,
    header,
    decimal,
    columns: describeColumns(headers, rows, width, decimal),
    rows,
  };
}

/** A quote still open where the sample was cut may close later, unless it swallowed most of it. */
function refuseUnclosedQuote(
  start: CsvStart,
  fileName: string,
  dialect: CsvDialect,
  rows: readonly (readonly string[])[],
): void {
  const swallowed = rows.at(-1)?.join('').length ?? 0;
  if (!start.whole && swallowed < start.text.length / 2) return;
  // The reader knows the line, and throws.
  const reader = createCsvRows(fileName, dialect, () => undefined);
  reader.push(start.text);
  reader.end();
}

function commonWidth(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

/** Every numeric column but the time, what merely annotates, and a first one that counts rows. */
function defaultChannels(table: Table, timeColumn: number | null): CsvPlan['channels'] {
  const { columns, rows, header } = table;
  const measures = columns.filter(({ index, kind, name }) => {
    return kind === 'number' && index !== timeColumn && !isAnnotationName(name);
  });
  const [first, ...others] = measures;
  const named = header && first?.index === 0 && isCounterName(first.name);
  const counts = named && isRowCount(rows.map((row) => row[0] ?? ''));
  const kept = counts && others.length > 0 ? others : measures;
  return kept.map(({ index, name, unit }) => ({ column: index, name, unit }));
}

async function decideTime(
  path: string,
  fileName: string,
  start: CsvStart,
  { columns, rows, ...dialect }: Table,
  timeColumn: number | null,
  choices: CsvChoices,
): Promise<{ format: TimeFormat; questions: readonly CsvQuestion[] }> {
  if (timeColumn === null) return { format: choices.timeFormat ?? { kind: 'iso' }, questions: [] };
  const cells = rows.map((row) => row[timeColumn] ?? '');
  const { name, unit } = columns[timeColumn];
  const guess = guessTimeFormat(cells, `${name} ${unit}`, dialect.decimal);
  if (choices.timeFormat) return { format: choices.timeFormat, questions: [] };
  if (!guess.ambiguous) return { format: guess.format, questions: [] };
  const order = await dateOrderOfFile(path, fileName, start.encoding, dialect, timeColumn);
  if (order) return { format: { kind: 'date', order }, questions: [] };
  const examples = [...new Set(cells)].slice(0, 3);
  return { format: guess.format, questions: [{ kind: 'day-month-order', examples }] };
}

function refuseUnfitChoices(
  fileName: string,
  width: number,
  timeColumn: number | null,
  { channels = [], timeZone = 'UTC' }: CsvChoices,
): void {
  const asked = [...channels.map(({ column }) => column), timeColumn ?? 0];
  const absent = asked.find((column) => !Number.isInteger(column) || column < 0 || column >= width);
  if (absent !== undefined) {
    throw new Failure(
      'bad-usage',
      `${fileName} has ${width} columns, so there is no column ${absent + 1}; choose among them.`,
    );
  }
  try {
    zoneToUtc(timeZone);
  } catch {
    throw new Failure(
      'bad-usage',
      `There is no time zone "${timeZone}"; a name such as Europe/Paris or UTC was expected.`,
    );
  }
}

function refuseNothingToMeasure(
  fileName: string,
  columns: readonly CsvColumn[],
  plan: CsvPlan,
  choices: CsvChoices,
): void {
  if (plan.channels.length > 0) return;
  const found = columns.map(({ name, kind }) => `${name} (${kind})`).join(', ');
  if (columns.length === 1 && columns[0].kind !== 'number') {
    throw new Failure(
      'bad-input',
      `${fileName} has one column, ${found}, cut at "${plan.delimiter}"; a time and at least one ` +
        'column of numbers were expected. Check the delimiter.',
    );
  }
  if (choices.channels) {
    throw new Failure('bad-usage', `No channel of ${fileName} is chosen; choose at least one.`);
  }
  throw new Failure(
    'bad-input',
    `${fileName} has no column of numbers to measure; found ${found}. Choose a file with ` +
      'numbers, or check the delimiter and the decimal sign.',
  );
}
