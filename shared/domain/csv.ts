/** What is known, guessed and asked about a CSV file before it is imported. */
import type { Channel } from './stream.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gbk' | 'latin1';

export type TimeFormat =
  | { readonly kind: 'iso' }
  | { readonly kind: 'epoch'; readonly unit: 's' | 'ms' | 'us' }
  /** Dates such as 3/2/2021 14:05 or 3.2.2021; the order of day and month was decided or chosen. */
  | { readonly kind: 'date'; readonly order: 'DMY' | 'MDY' | 'YMD' };

/** One imported column: its 0-based place in the file and the channel it becomes. */
export interface CsvChannel extends Channel {
  readonly column: number;
}

/** Everything the import needs, fully decided. */
export interface CsvPlan {
  readonly encoding: Encoding;
  readonly delimiter: string;
  readonly quote: string;
  readonly header: boolean;
  readonly decimal: '.' | ',';
  /** null: the file has no time; rows are spaced by periodMs. */
  readonly timeColumn: number | null;
  readonly timeFormat: TimeFormat;
  /** IANA zone in which times without an offset are read. */
  readonly timeZone: string;
  /** Spacing of rows when there is no time column, ms. */
  readonly periodMs: number;
  readonly channels: readonly CsvChannel[];
}

/** What the user fixed; the rest is guessed. */
export type CsvChoices = Partial<CsvPlan>;

export interface CsvColumn {
  readonly index: number;
  readonly name: string;
  readonly unit: string;
  readonly kind: 'number' | 'time' | 'text' | 'empty';
}

/** A decision only the user can take: the import waits for it. */
export interface CsvQuestion {
  readonly kind: 'day-month-order';
  /** Values as found, e.g. "3/2/2021". */
  readonly examples: readonly string[];
}

export interface CsvPreview {
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly plan: CsvPlan;
  readonly columns: readonly CsvColumn[];
  /** First rows as text, without the header. */
  readonly rows: readonly (readonly string[])[];
  readonly questions: readonly CsvQuestion[];
}
