/** The events of a report as a table: one list of columns for CSV, XLSX and Parquet. */
import type { ReportEvent, ReportModel } from './report-model.ts';
import type { ReportWords } from './report-words.ts';

export type CellKind = 'text' | 'number' | 'time' | 'flag';
/** Times in ms; a number that is none is null. */
export type Cell = string | number | boolean | null;

export interface EventColumn {
  /** For programs; the same in every language. */
  readonly name: string;
  /** For people. */
  readonly title: (words: ReportWords) => string;
  readonly kind: CellKind;
  readonly cell: (event: ReportEvent, report: ReportModel) => Cell;
}

const number = (value: number): number | null => (Number.isFinite(value) ? value : null);

export const EVENT_COLUMNS: readonly EventColumn[] = [
  column(
    'number',
    'number',
    (w) => w.events.number,
    ({ number: n }) => n,
  ),
  column(
    'start',
    'time',
    (w) => w.events.start,
    ({ event }) => event.start,
  ),
  column(
    'end',
    'time',
    (w) => w.events.end,
    ({ event }) => event.end,
  ),
  column(
    'length_s',
    'number',
    (w) => `${w.events.length} (s)`,
    ({ event }) => (event.end - event.start) / 1000,
  ),
  column(
    'severity',
    'text',
    (w) => w.events.severity,
    ({ event }) => event.severity,
  ),
  column(
    'peak_score',
    'number',
    (w) => w.events.peak,
    ({ event }) => number(event.peakScore),
  ),
  column(
    'peak_time',
    'time',
    (w) => w.events.peakTime,
    ({ event }) => event.peakTime,
  ),
  column(
    'provisional',
    'flag',
    (w) => w.events.provisional,
    ({ event }) => event.provisional,
  ),
  column(
    'channel',
    'text',
    (w) => w.events.channel,
    ({ event }) => event.channels[0].name,
  ),
  column(
    'unit',
    'text',
    (w) => w.events.unit,
    ({ event }, { stream }) =>
      stream.channels.find(({ name }) => name === event.channels[0].name)?.unit ?? '',
  ),
  column(
    'observed',
    'number',
    (w) => w.events.observed,
    ({ event }) => number(event.channels[0].observed),
  ),
  column(
    'expected_low',
    'number',
    (w) => w.events.expectedLow,
    ({ event }) => number(event.channels[0].expectedLow),
  ),
  column(
    'expected_high',
    'number',
    (w) => w.events.expectedHigh,
    ({ event }) => number(event.channels[0].expectedHigh),
  ),
  column(
    'shares',
    'text',
    (w) => w.events.channels,
    ({ event }) =>
      event.channels.map(({ name, share }) => `${name} ${Math.round(100 * share)} %`).join('; '),
  ),
  column(
    'activity',
    'text',
    (w) => w.events.activity,
    ({ activity }) => activity,
  ),
  column(
    'verdict',
    'text',
    (w) => w.events.verdict,
    ({ verdict }) => verdict ?? '',
  ),
  column(
    'label',
    'text',
    (w) => w.events.label,
    ({ label }) => label,
  ),
  column(
    'note',
    'text',
    (w) => w.events.note,
    ({ note }) => note,
  ),
  column(
    'sentence',
    'text',
    (w) => w.events.what,
    ({ sentence }) => sentence,
  ),
];

function column(
  name: string,
  kind: CellKind,
  title: EventColumn['title'],
  cell: EventColumn['cell'],
): EventColumn {
  return { name, kind, title, cell };
}
