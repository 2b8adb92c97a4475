/** Columns by time as Parquet and back: float64 to the bit, times as milliseconds. */
import { parquetMetadata, parquetRead, type FileMetaData } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { Failure } from '../../../shared/contract/failure.ts';
import type { SampleBatch } from '../../../shared/domain/stream.ts';

const TIME = 't';
const ROWS_MAX = 50_000_000;

/** Names are numbered, since channels may be called alike or like the time. */
export function writeColumns({ t, columns }: SampleBatch, names: readonly string[]): Uint8Array {
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: TIME, type: 'TIMESTAMP', data: Array.from(t, (ms) => new Date(ms)) },
      ...columns.map((column, k) => ({
        name: `c${k}`,
        type: 'DOUBLE' as const,
        data: column,
        nullable: false,
      })),
    ],
    kvMetadata: [{ key: 'offbeat.columns', value: JSON.stringify(names) }],
    createdBy: 'offbeat',
  });
  return new Uint8Array(buffer);
}

/** Throws Failure bad-input when the bytes are not such a table of `width` columns. */
export async function readColumns(
  member: string,
  bytes: Uint8Array,
  width: number,
): Promise<SampleBatch> {
  try {
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const metadata: FileMetaData = parquetMetadata(file as ArrayBuffer);
    const rows = Number(metadata.num_rows);
    if (!(rows >= 0 && rows <= ROWS_MAX)) throw new Error(`it announces ${rows} rows`);
    const found = metadata.schema.slice(1).map(({ name }) => name);
    const expected = [TIME, ...Array.from({ length: width }, (_, k) => `c${k}`)];
    if (found.join() !== expected.join()) throw new Error(`its columns are ${found.join(', ')}`);
    const table = expected.map(() => new Float64Array(rows));
    await parquetRead({
      file: file as ArrayBuffer,
      metadata,
      onChunk: ({ columnName, columnData, rowStart }) => {
        const column = table[expected.indexOf(columnName)];
        for (let i = 0; i < columnData.length; i++) column[rowStart + i] = Number(columnData[i]);
      },
    });
    return { t: table[0], columns: table.slice(1) };
  } catch (error) {
    throw new Failure('bad-input', `${member} cannot be read: ${(error as Error).message}.`);
  }
}
