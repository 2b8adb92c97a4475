/**
 * A report as a workbook: summary, events, channels of the events. Text cells are typed as text,
 * so that none is read as a formula.
 */
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import { formatMoment } from '../../../shared/domain/words.ts';
import { EVENT_COLUMNS, type Cell, type CellKind } from './event-columns.ts';
import { dataFacts, evaluationFacts, type Facts } from './html-facts.ts';
import { modelFacts, thresholdFacts } from './html-model.ts';
import { summarySentences } from './html-summary.ts';
import type { ReportModel } from './report-model.ts';
import { REPORT_WORDS, spanText, type ReportWords } from './report-words.ts';

/** Excel holds no longer texts and no more rows. */
const TEXT_CHARS_MAX = 32_767;
const ROWS_MAX = 1_048_576;
const TIME_FORMAT = 'yyyy-mm-dd hh:mm:ss';
/** The format's own limit for names of sheets. */
const SHEET_CHARS_MAX = 31;

export async function renderXlsx(report: ReportModel): Promise<Uint8Array> {
  const words = REPORT_WORDS[report.language];
  const { summary, sections, events } = words;
  const workbook = writeXlsxFile([
    { sheet: named(summary.heading), data: summarySheet(report, words), columns: [wide, wider] },
    {
      sheet: named(sections.events),
      data: eventSheet(report, words),
      columns: EVENT_COLUMNS.map(({ kind }) => ({ width: kind === 'number' ? 12 : 22 })),
      stickyRowsCount: 1,
    },
    { sheet: named(events.channels), data: channelSheet(report, words), stickyRowsCount: 1 },
    ...(report.beside.length > 0 ? [besideSheet(report, words)] : []),
  ]);
  return new Uint8Array(await workbook.toBuffer());
}

const wide = { width: 28 };
const wider = { width: 100 };
const named = (title: string): string => title.slice(0, SHEET_CHARS_MAX);

const text = (value: string): SheetData[number][number] => ({
  type: String,
  value: printable(value).slice(0, TEXT_CHARS_MAX),
});
const head = (value: string): SheetData[number][number] => ({
  ...{ type: String, value, fontWeight: 'bold' },
});

/** XML has no place for control characters. */
function printable(value: string): string {
  // eslint-disable-next-line no-control-regex
  return value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
}

function summarySheet(report: ReportModel, words: ReportWords): SheetData {
  const { stream, range } = report;
  const facts = (title: string, pairs: Facts): SheetData => [
    [],
    [head(title)],
    ...pairs.map(([term, value]) => [text(term), text(value)]),
  ];
  const { sections } = words;
  const own = evaluationFacts(report, words);
  return [
    [head(stream.name), text(spanText(range, stream.hasTime, words))],
    ...summarySentences(report, words).map((sentence) => [null, text(sentence)]),
    ...facts(sections.model, modelFacts(report, words)),
    ...facts(sections.threshold, thresholdFacts(report, words)),
    ...facts(sections.data, dataFacts(report, words)),
    ...(own.length > 0 ? facts(sections.evaluation, own) : []),
  ];
}

function eventSheet(report: ReportModel, words: ReportWords): SheetData {
  const { hasTime } = report.stream;
  const rows = report.events
    .slice(0, ROWS_MAX - 1)
    .map((event) =>
      EVENT_COLUMNS.map(({ kind, cell }) => sheetCell(cell(event, report), kind, hasTime)),
    );
  return [EVENT_COLUMNS.map(({ title }) => head(title(words))), ...rows];
}

function besideSheet({ stream, beside }: ReportModel, words: ReportWords) {
  const { start, end, channel, what } = words.events;
  const time = (t: number): SheetData[number][number] => sheetCell(t, 'time', stream.hasTime);
  const rows = beside.map(({ problem, sentence }) => [
    ...[time(problem.start), time(problem.end), text(problem.channel), text(sentence)],
  ]);
  return {
    sheet: named(words.sections.beside),
    data: [[start, end, channel, what].map(head), ...rows],
    columns: [{ width: 22 }, { width: 22 }, { width: 22 }, wider],
    stickyRowsCount: 1,
  };
}

function sheetCell(value: Cell, kind: CellKind, hasTime: boolean): SheetData[number][number] {
  if (value === null) return null;
  if (kind === 'time') {
    const t = value as number;
    if (!hasTime) return text(formatMoment(t, hasTime));
    return { type: Date, value: new Date(t), format: TIME_FORMAT };
  }
  if (typeof value === 'number') return { type: Number, value };
  if (typeof value === 'boolean') return { type: Boolean, value };
  return text(value);
}

/** A row for every channel of every event. */
function channelSheet({ events }: ReportModel, words: ReportWords): SheetData {
  const { number, channel, share, observed, expectedLow, expectedHigh } = words.events;
  const figure = (value: number): SheetData[number][number] =>
    Number.isFinite(value) ? { type: Number, value } : null;
  const rows = events.flatMap(({ number: n, event }) =>
    event.channels.map((part) => [
      figure(n),
      text(part.name),
      figure(part.share),
      figure(part.observed),
      figure(part.expectedLow),
      figure(part.expectedHigh),
    ]),
  );
  const heads = [number, channel, share, observed, expectedLow, expectedHigh];
  return [heads.map(head), ...rows.slice(0, ROWS_MAX - 1)];
}
