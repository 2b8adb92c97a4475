/** One report in the form that was asked for. */
import type { ReportFile, ReportFormat } from '../../../shared/domain/report.ts';
import type { PrintPdf } from './print-pdf.ts';
import { renderCsv } from './report-csv.ts';
import { renderHtml } from './report-html.ts';
import { renderJson } from './report-json.ts';
import type { ReportModel } from './report-model.ts';

/** Nobody reads more on paper, and browsers take minutes to print them. */
const PRINTED_EVENTS_MAX = 1000;

export const MIME_TYPES: Readonly<Record<ReportFormat, string>> = {
  html: 'text/html',
  pdf: 'application/pdf',
  csv: 'text/csv',
  json: 'application/json',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  parquet: 'application/vnd.apache.parquet',
};

export async function renderReport(
  report: ReportModel,
  format: ReportFormat,
  printPdf: PrintPdf,
): Promise<ReportFile> {
  const bytes = await bytesOf(report, format, printPdf);
  return { fileName: fileNameOf(report, format), mimeType: MIME_TYPES[format], bytes };
}

async function bytesOf(
  report: ReportModel,
  format: ReportFormat,
  printPdf: PrintPdf,
): Promise<Uint8Array> {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  switch (format) {
    case 'html':
      return encode(renderHtml(report));
    case 'pdf':
      return printPdf(renderHtml(report, PRINTED_EVENTS_MAX));
    case 'csv':
      return encode(renderCsv(report));
    case 'json':
      return encode(renderJson(report));
    // Large libraries, loaded when first used: the start does not wait for them.
    case 'xlsx':
      return (await import('./report-xlsx.ts')).renderXlsx(report);
    case 'parquet':
      return (await import('./report-parquet.ts')).renderParquet(report);
  }
}

function fileNameOf({ stream, range }: ReportModel, format: ReportFormat): string {
  const day = (t: number): string => new Date(t).toISOString().slice(0, 10);
  const span = stream.hasTime ? ` ${day(range.from)} ${day(range.to)}` : '';
  return `${safeName(stream.name)}${span} report.${format}`;
}

/** Safe in every file system: letters, digits and a few signs. */
export function safeName(name: string): string {
  const safe = name.replace(/[^\p{L}\p{N}._ -]+/gu, '_').replace(/^[. ]+/, '_');
  return safe.slice(0, 80);
}
