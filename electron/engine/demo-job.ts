/** The demo machine: a simulated feed pump, stored like any other stream. */
import type { JobHandle } from './jobs.ts';
import { simulatePump } from './sources/simulator-pump.ts';
import type { Store } from './store/store-api.ts';

const ROWS = 14 * 24 * 60;
const PERIOD_MS = 60_000;
const START_MS = Date.UTC(2026, 0, 5);
const SEED = 7;
export const DEMO_STREAM_NAME = 'Demo feed pump';

/** Answers whether it had to be made. */
export async function runDemoJob(store: Store, job: JobHandle): Promise<boolean> {
  const known = (await store.read['stream.list']()).find(({ name }) => name === DEMO_STREAM_NAME);
  if (known) {
    job.stream(known.id);
    return false;
  }
  const { channels, batch } = simulatePump({
    seed: SEED,
    rows: ROWS,
    startMs: START_MS,
    periodMs: PERIOD_MS,
  });
  const stream = { name: DEMO_STREAM_NAME, channels, periodMs: PERIOD_MS, hasTime: true };
  const id = await store.write['stream.create'](stream);
  await store.write['stream.append'](id, batch);
  const counted = { periodMs: PERIOD_MS, duplicates: 0, backward: 0, gaps: 0 };
  await store.write['stream.publish'](id, counted);
  job.progress('import', ROWS, ROWS, 'rows');
  job.stream(id);
  return true;
}
