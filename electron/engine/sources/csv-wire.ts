/** What crosses between the CSV reader's thread and the engine. */
import type { FailureCode } from '../../../shared/contract/failure.ts';
import type { CsvPlan } from '../../../shared/domain/csv.ts';
import type { QuarantinedRow, SampleBatch } from '../../../shared/domain/stream.ts';

export interface CsvOrder {
  readonly path: string;
  /** As the user knows the file. */
  readonly fileName: string;
  readonly plan: CsvPlan;
}

export interface ImportCounts {
  readonly rows: number;
  readonly quarantined: number;
  /** Empty or NA cells among the channels. */
  readonly missing: number;
  /** Rows that step back in time. */
  readonly backward: number;
  /** Steps longer than three periods. */
  readonly gaps: number;
  /** Median step between rows, ms. */
  readonly periodMs: number;
}

export interface ImportProgress {
  readonly rows: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Served by the engine, called by the reader. */
export interface CsvWire {
  batch: (batch: SampleBatch) => void;
  quarantine: (rows: readonly QuarantinedRow[]) => void;
  progress: (progress: ImportProgress) => void;
  finished: (counts: ImportCounts) => void;
  failed: (failure: { readonly code: FailureCode; readonly message: string }) => void;
}
