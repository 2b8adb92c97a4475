/** Rows of a stream as Parquet, a row group a batch, so that a long one never lies in memory. */
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { Channel, SampleBatch } from '../../../shared/domain/stream.ts';
import type { RowBatches } from './stream-rows.ts';

type Columns = Parameters<typeof schemaFromColumnData>[0]['columnData'];

/** `time` is a UTC timestamp in ms; values are nullable doubles. */
export async function* rowsAsParquet(
  channels: readonly Channel[],
  batches: RowBatches,
): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter();
  const empty = columnData(channels, { t: new Float64Array(), columns: channels.map(() => EMPTY) });
  const schema = schemaFromColumnData({ columnData: empty });
  const units = channels.map(({ name, unit }) => ({ key: `offbeat.unit.${name}`, value: unit }));
  const writer = new ParquetWriter({
    ...{ writer: bytes, schema, createdBy: 'offbeat' },
    kvMetadata: [{ key: 'offbeat.format', value: 'offbeat-rows/1' }, ...units],
  });
  const taken = (): Uint8Array => {
    const piece = bytes.getBytes().slice();
    bytes.index = 0;
    return piece;
  };
  for await (const batch of batches) {
    await writer.write({ columnData: columnData(channels, batch), rowGroupSize: batch.t.length });
    yield taken();
  }
  await writer.finish();
  yield taken();
}

const EMPTY = new Float64Array();

function columnData(channels: readonly Channel[], { t, columns }: SampleBatch): Columns {
  return [
    { name: 'time', type: 'TIMESTAMP', nullable: false, data: Array.from(t, (ms) => new Date(ms)) },
    ...channels.map(({ name }, k) => ({
      ...{ name, type: 'DOUBLE' as const, nullable: true },
      data: Array.from(columns[k], (value) => (Number.isNaN(value) ? null : value)),
    })),
  ];
}
