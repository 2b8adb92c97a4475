/** A year of four channels at 1 Hz, stored with rollups as any stream, kept for next time. */
import type { Channel, SampleBatch } from '../../../shared/domain/stream.ts';
import { createRandom } from '../../../shared/math/prng.ts';
import type { Engine } from '../engine.ts';

const NAME = 'A year at 1 Hz';
const START_MS = Date.UTC(2025, 0, 1);
const PERIOD_MS = 1000;
const ROWS_PER_DAY = 86_400;
const ROWS_PER_APPEND = 43_200;
const CHANNELS: readonly Channel[] = [
  { name: 'Pressure', unit: 'bar' },
  { name: 'Current', unit: 'A' },
  { name: 'Vibration', unit: 'mm/s' },
  { name: 'Temperature', unit: '°C' },
];

/** The stream's id. report: rows so far. */
export async function yearStream(
  { store }: Engine,
  days: number,
  report: (rows: number) => void,
): Promise<number> {
  const rows = days * ROWS_PER_DAY;
  const known = (await store.read['stream.list']()).find((one) => one.name === NAME);
  if (known?.rows === rows) return known.id;
  if (known) await store.write['stream.purge'](known.id);
  const stream = { name: NAME, channels: CHANNELS, periodMs: PERIOD_MS, hasTime: true };
  const id = await store.write['stream.create'](stream);
  const random = createRandom(1);
  for (let from = 0; from < rows; from += ROWS_PER_APPEND) {
    const count = Math.min(ROWS_PER_APPEND, rows - from);
    await store.write['stream.append'](
      id,
      batchFrom(from, count, () => random.uniform()),
    );
    report(from + count);
  }
  const counted = { periodMs: PERIOD_MS, duplicates: 0, backward: 0, gaps: 0 };
  await store.write['stream.publish'](id, counted);
  return id;
}

/** Days and seasons, with noise. */
function batchFrom(from: number, rows: number, noise: () => number): SampleBatch {
  const t = Float64Array.from({ length: rows }, (_, i) => START_MS + (from + i) * PERIOD_MS);
  const columns = CHANNELS.map((_, k) =>
    Float64Array.from({ length: rows }, (_, i) => {
      const day = (2 * Math.PI * (from + i)) / ROWS_PER_DAY;
      return 10 * (k + 1) + Math.sin(day) + 2 * Math.sin(day / 365 + k) + 0.4 * noise();
    }),
  );
  return { t, columns };
}
