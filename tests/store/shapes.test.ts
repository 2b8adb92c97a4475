import { afterEach, beforeEach, expect, it } from 'vitest';
import { cardOf } from '../report/learnt-store.ts';
import {
  batchOf,
  createStream,
  publish,
  temporaryStore,
  type TemporaryStore,
} from './temporary-store.ts';

const DAY_MS = 86_400_000;
const PERIOD_MS = 60_000;
const ROWS = 3000;
const OPTIONS = { mode: 'reference', seed: 1 } as const;
const SHAPE = { channel: 'c0', start: 5 * PERIOD_MS, distance: 0.9, usual: 0.5 };
const RANGE = { from: -Infinity, to: Infinity };

let temporary: TemporaryStore;
let streamId: number;
let modelId: number;
beforeEach(async () => {
  temporary = await temporaryStore();
  const { write } = temporary.store;
  streamId = await createStream(temporary.store, 1, PERIOD_MS);
  const rows = Array.from({ length: ROWS }, (_, i) => [i * PERIOD_MS, i]);
  await write['stream.append'](streamId, batchOf(rows, 1));
  await publish(temporary.store, streamId, PERIOD_MS);
  ({ modelId } = await write['monitor.create'](streamId, ['c0'], OPTIONS, 'active'));
  await write['model.publish'](cardOf(modelId, streamId, ['c0']), Uint8Array.of(1), []);
});
afterEach(() => temporary.remove());

it('keeps a shape that goes on, and is found again, as one; with its model in use', async () => {
  const { read, write } = temporary.store;
  const at = { state: null, savedTo: 0 };
  for (const [minutes, isOpen] of [
    [6, true],
    [9, false],
    [9, false],
  ] as const) {
    const found = [{ ...SHAPE, end: minutes * PERIOD_MS, isOpen }];
    await write['shapes.commit'](modelId, { ...at, found });
  }
  const problems = await read['problem.list'](streamId, RANGE);
  expect(problems).toMatchObject([
    { kind: 'shape', channel: 'c0', end: 9 * PERIOD_MS, isOpen: false, found: 0.9, expected: 0.5 },
  ]);
  expect(await read['event.list'](modelId)).toEqual([]);
  expect(await read['event.unsettled']()).toEqual({ count: 0, worst: null });
  const judged = await write['event.triage'](problems[0].id, { verdict: 'confirmed' }, 1);
  expect(judged).toMatchObject({ source: 'data', problem: { kind: 'shape' } });
  await write['model.role'](modelId, 'off');
  expect(await read['problem.list'](streamId, RANGE)).toEqual([]);
  expect(await read['shapes.list'](modelId)).toHaveLength(1);
});

it('keeps the rows that a watch has not saved its state behind', async () => {
  const { read, write } = temporary.store;
  const now = ROWS * PERIOD_MS;
  await write['monitor.adopt'](modelId, OPTIONS, Uint8Array.of(1), now);
  await write['shapes.commit'](modelId, { found: [], state: null, savedTo: 0 });
  await write['stream.retention'](streamId, { rawDays: 1, rollupDays: null });
  expect(await read['shapes.state'](modelId)).toBeNull();
  expect(await write['stream.forget'](streamId, now, ROWS, null)).toBe(0);
  const saved = { state: Uint8Array.of(7), savedTo: now - DAY_MS / 2 };
  await write['shapes.commit'](modelId, { found: [], ...saved });
  expect(await read['shapes.state'](modelId)).toEqual(saved);
  expect(await write['stream.forget'](streamId, now, ROWS, null)).toBeGreaterThan(0);
});
