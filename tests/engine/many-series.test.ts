/** Many series learn side by side: one job a core, and to the same bits as alone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import type { JobState } from '../../shared/domain/job.ts';
import { machineCsv } from './machine-csv.ts';

const SERIES = availableParallelism() + 2;
const options = { mode: 'stream', trainRows: 150, seed: 1, backend: 'wasm' } as const;
let folder: string;
let engine: Engine;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offbeat-many-'));
  const workspace = join(folder, 'workspace');
  engine = await createEngine({ workspace, shell: 'browser', version: '0' });
});
afterEach(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

async function importSeries(seed: number): Promise<number> {
  const path = join(folder, `${seed}.csv`);
  await writeFile(path, machineCsv(200, seed));
  const { plan } = await engine.preview(path, `${seed}.csv`, {});
  const job = engine.startImport(path, `${seed}.csv`, `Machine ${seed}`, plan);
  return (await engine.jobs.finished(job.id)).streamId!;
}

async function checkpointOf(streamId: number): Promise<string> {
  return (await engine.store.read['model.active'](streamId))!.checkpointSha256;
}

it('trains as many at once as there are cores, each as if alone', async () => {
  const streams: number[] = [];
  for (let seed = 1; seed <= SERIES; seed++) streams.push(await importSeries(seed));
  let most = 0;
  engine.onEvent((event, payload) => {
    if (event !== 'job.changed' || (payload as JobState).kind !== 'learn') return;
    const running = engine.jobs
      .list()
      .filter(({ kind, status }) => kind === 'learn' && status === 'running');
    most = Math.max(most, running.length);
  });
  const jobs: JobState[] = [];
  for (const stream of streams) jobs.push(await engine.startLearn(stream, options));
  const ended = await Promise.all(jobs.map(({ id }) => engine.jobs.finished(id)));
  expect(ended.map(({ status }) => status)).toEqual(streams.map(() => 'done'));
  expect(most).toBe(Math.min(SERIES, availableParallelism()));
  for (const stream of [streams[0], streams.at(-1)!]) {
    const together = await checkpointOf(stream);
    const alone = await engine.startLearn(stream, options);
    await engine.jobs.finished(alone.id);
    expect(await checkpointOf(stream)).toBe(together);
  }
});
