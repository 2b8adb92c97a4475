import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  batchOf,
  createStream,
  publish,
  rowsOf,
  temporaryStore,
  type TemporaryStore,
} from './temporary-store.ts';

const DAY_MS = 86_400_000;
const ROWS = 4000;

let temporary: TemporaryStore;
beforeEach(async () => {
  temporary = await temporaryStore();
});
afterEach(() => temporary.remove());

it('removes old rows in steps, keeps what draws them, and takes late rows into it', async () => {
  const { read, write } = temporary.store;
  const id = await createStream(temporary.store, 1, 60_000);
  const rows = Array.from({ length: ROWS }, (_, i) => [i * 60_000, i]);
  await write['stream.append'](id, batchOf(rows, 1));
  await publish(temporary.store, id, 60_000);
  const range = { from: 0, to: ROWS * 60_000 };
  const before = await read['stream.view'](id, range, 20);
  const now = ROWS * 60_000;
  // The stream's own word goes before that of the settings.
  await write['stream.retention'](id, { rawDays: 0, rollupDays: null });
  expect(await write['stream.forget'](id, now, 1000, 1)).toBe(0);
  await write['stream.retention'](id, { rawDays: 1, rollupDays: null });
  const removed: number[] = [];
  do removed.push(await write['stream.forget'](id, now, 1000, null));
  while (removed.at(-1)! > 0);
  // Whole buckets of 64 rows older than a day.
  const gone = 64 * Math.floor((ROWS - DAY_MS / 60_000) / 64);
  expect(removed.slice(0, 2)).toEqual([1000, 1000]);
  expect(removed.reduce((sum, count) => sum + count, 0)).toBe(gone);
  const { t } = await read['stream.rows'](id, -Infinity, ROWS);
  expect([t[0], t.length]).toEqual([gone * 60_000, ROWS - gone]);
  expect((await read['stream.get'](id)).rows).toBe(ROWS - gone);
  const after = await read['stream.view'](id, range, 20);
  expect([after.t, after.min, after.max]).toEqual([before.t, before.min, before.max]);
  await write['stream.append'](id, batchOf([[30_000, 9999]], 1));
  const late = await read['stream.view'](id, range, 20);
  expect([late.max[0][0], late.min[0][0]]).toEqual([9999, 0]);
  expect(rowsOf(await read['stream.rows'](id, -Infinity, 1))).toEqual([[30_000, 9999]]);
});
