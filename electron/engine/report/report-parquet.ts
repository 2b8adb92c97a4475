/** The events of a report as Parquet, for notebooks and query engines. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { EVENT_COLUMNS, type Cell, type CellKind } from './event-columns.ts';
import type { ReportModel } from './report-model.ts';

const TYPES: Readonly<Record<CellKind, 'STRING' | 'DOUBLE' | 'TIMESTAMP' | 'BOOLEAN'>> = {
  text: 'STRING',
  number: 'DOUBLE',
  time: 'TIMESTAMP',
  flag: 'BOOLEAN',
};

export function renderParquet(report: ReportModel): Uint8Array {
  const value = (cell: Cell, kind: CellKind): Cell | Date =>
    kind === 'time' ? new Date(cell as number) : cell;
  const buffer = parquetWriteBuffer({
    columnData: EVENT_COLUMNS.map(({ name, kind, cell }) => ({
      name,
      type: TYPES[kind],
      data: report.events.map((event) => value(cell(event, report), kind)),
    })),
    kvMetadata: [
      { key: 'offbeat.format', value: 'offbeat-report/1' },
      { key: 'offbeat.stream', value: report.stream.name },
      { key: 'offbeat.checkpoint', value: report.card.checkpointSha256 },
    ],
    createdBy: 'offbeat',
  });
  return new Uint8Array(buffer);
}
