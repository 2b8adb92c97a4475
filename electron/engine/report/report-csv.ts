/** The events of a report as CSV (RFC 4180), UTF-8 with a mark so that spreadsheets know it. */
import { formatMoment } from '../../../shared/domain/words.ts';
import { EVENT_COLUMNS, type Cell, type CellKind } from './event-columns.ts';
import type { ReportModel } from './report-model.ts';

const BYTE_ORDER_MARK = '\ufeff';
/** A text that begins so is run as a formula by spreadsheets (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;

export function renderCsv(report: ReportModel): string {
  const { hasTime } = report.stream;
  const head = EVENT_COLUMNS.map(({ name }) => name).join(',');
  const rows = report.events.map((event) =>
    EVENT_COLUMNS.map(({ kind, cell }) => field(cell(event, report), kind, hasTime)).join(','),
  );
  return `${BYTE_ORDER_MARK}${[head, ...rows].join('\r\n')}\r\n`;
}

function field(value: Cell, kind: CellKind, hasTime: boolean): string {
  if (value === null) return '';
  if (kind === 'time') {
    const t = value as number;
    return hasTime ? new Date(t).toISOString() : formatMoment(t, hasTime);
  }
  if (typeof value !== 'string') return String(value);
  const harmless = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
