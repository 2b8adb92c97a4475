/** Day first or month first? One date above the twelfth anywhere in the file decides. */
import { createReadStream } from 'node:fs';
import { dayMonthOrder } from '../../../shared/decode/sniff.ts';
import { dateFields } from '../../../shared/decode/time.ts';
import type { Encoding } from '../../../shared/domain/csv.ts';
import { textDecoder } from './csv-encoding.ts';
import { CSV_LIMITS } from './csv-limits.ts';
import { createCsvRows, type CsvDialect } from './csv-rows.ts';

/** null when the whole file leaves it open. */
export async function dateOrderOfFile(
  path: string,
  fileName: string,
  encoding: Encoding,
  dialect: CsvDialect,
  timeColumn: number,
): Promise<'DMY' | 'MDY' | null> {
  let order: 'DMY' | 'MDY' | null = null;
  const rows = createCsvRows(fileName, dialect, (fields) => {
    const date = order ? null : dateFields(fields[timeColumn] ?? '');
    if (date) order = dayMonthOrder([date]);
  });
  const decoder = textDecoder(encoding);
  const stream = createReadStream(path, { highWaterMark: CSV_LIMITS.chunkBytes });
  for await (const chunk of stream) {
    rows.push(decoder.decode(chunk as Buffer, { stream: true }));
    if (order) return order;
  }
  rows.end();
  return order;
}
