/** What a report can be asked for. */
import type { Language } from './event-words.ts';
import type { TimeRange } from './stream.ts';

export type ReportFormat = 'html' | 'pdf' | 'csv' | 'json' | 'xlsx' | 'parquet';
export const REPORT_FORMATS: readonly ReportFormat[] = [
  'html',
  'pdf',
  'csv',
  'json',
  'xlsx',
  'parquet',
];

export interface ReportOrder {
  readonly language: Language;
  readonly format: ReportFormat;
  /** The whole recording when null. */
  readonly range: TimeRange | null;
}

/** A written report: the file's bytes with what a browser needs to save it. */
export interface ReportFile {
  readonly fileName: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}
