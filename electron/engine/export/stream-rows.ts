/** Rows of a stream for other programs, as CSV or as JSON, a row a line. */
import type { Channel, SampleBatch } from '../../../shared/domain/stream.ts';

export type RowBatches = AsyncIterable<SampleBatch>;

/** Times are ISO 8601, UTC; a missing value is an empty field. */
export async function* rowsAsCsv(
  channels: readonly Channel[],
  batches: RowBatches,
): AsyncGenerator<string> {
  const head = channels.map(({ name, unit }) => quoted(unit ? `${name} (${unit})` : name));
  yield `${['time', ...head].join(',')}\n`;
  for await (const { t, columns } of batches) {
    const lines = Array.from(t, (time, row) => {
      const values = columns.map((column) => (Number.isNaN(column[row]) ? '' : column[row]));
      return `${new Date(time).toISOString()},${values.join(',')}\n`;
    });
    yield lines.join('');
  }
}

/** `{"time":"…","pressure":2.5}`; a missing value is left out. */
export async function* rowsAsJson(
  channels: readonly Channel[],
  batches: RowBatches,
): AsyncGenerator<string> {
  for await (const { t, columns } of batches) {
    const lines = Array.from(t, (time, row) => {
      const values = channels.flatMap(({ name }, k) => {
        const value = columns[k][row];
        return Number.isNaN(value) ? [] : [[name, value] as const];
      });
      const object = { time: new Date(time).toISOString(), ...Object.fromEntries(values) };
      return `${JSON.stringify(object)}\n`;
    });
    yield lines.join('');
  }
}

function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
