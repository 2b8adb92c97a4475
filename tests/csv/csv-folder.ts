/** A folder for the files of one test, and imports whose outcome is plain data. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importCsv } from '../../electron/engine/sources/csv-import.ts';
import { previewCsv } from '../../electron/engine/sources/csv-preview.ts';
import type { ImportCounts } from '../../electron/engine/sources/csv-wire.ts';
import type { CsvChoices, CsvPlan, CsvPreview } from '../../shared/domain/csv.ts';
import type { QuarantinedRow } from '../../shared/domain/stream.ts';

export interface Imported {
  readonly counts: ImportCounts;
  readonly t: readonly number[];
  readonly columns: readonly (readonly number[])[];
  readonly quarantined: readonly QuarantinedRow[];
  readonly plan: CsvPlan;
}

export interface CsvFolder {
  readonly path: string;
  write(content: string | Uint8Array): string;
  preview(content: string | Uint8Array, choices?: CsvChoices): Promise<CsvPreview>;
  import(content: string | Uint8Array, choices?: CsvChoices): Promise<Imported>;
  remove(): void;
}

export const FILE_NAME = 'machine.csv';

export function csvFolder(): CsvFolder {
  const path = mkdtempSync(join(tmpdir(), 'offbeat-csv-'));
  const write = (content: string | Uint8Array): string => {
    const file = join(path, FILE_NAME);
    writeFileSync(file, content);
    return file;
  };
  return {
    path,
    write,
    preview: (content, choices = {}) => previewCsv(write(content), FILE_NAME, choices),
    import: async (content, choices = {}) => {
      const file = write(content);
      const { plan } = await previewCsv(file, FILE_NAME, choices);
      return importWhole(file, plan);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

async function importWhole(path: string, plan: CsvPlan): Promise<Imported> {
  const t: number[] = [];
  const columns: number[][] = plan.channels.map(() => []);
  const quarantined: QuarantinedRow[] = [];
  const counts = await importCsv({
    path,
    fileName: FILE_NAME,
    plan,
    signal: new AbortController().signal,
    onBatch: async (batch) => {
      for (const time of batch.t) t.push(time);
      batch.columns.forEach((column, k) => column.forEach((value) => columns[k]!.push(value)));
    },
    onQuarantine: async (rows) => void quarantined.push(...rows),
    onProgress: () => undefined,
  });
  return { counts, t, columns, quarantined, plan };
}

/** Lines of a table: a header over `count` rows. */
export function table(
  header: string,
  count: number,
  row: (index: number) => string,
  end = '\n',
): string {
  return [header, ...Array.from({ length: count }, (_, i) => row(i))].join(end) + end;
}

export const START_MS = Date.UTC(2026, 0, 1);

/** ISO time of a row, a minute after the row before. */
export function minute(index: number): string {
  return new Date(START_MS + index * 60_000).toISOString();
}
