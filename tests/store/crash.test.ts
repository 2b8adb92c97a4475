import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../electron/engine/store/open-store.ts';
import { batchAt, CHANNELS, ROWS_PER_BATCH } from './crash-batches.ts';
import { rowsOf, type Row } from './temporary-store.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offbeat-crash-'));
  file = join(folder, 'workspace.sqlite');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs the child until so many batches are acknowledged, then kills it; answers how many were. */
async function appendAndKill(batches: number, graceMs: number): Promise<number> {
  const script = fileURLToPath(new URL('./appending-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<string | null>((resolve) =>
    child.once('exit', (_code, signal) => resolve(signal)),
  );
  let complaint = '';
  child.stderr.on('data', (text) => (complaint += String(text)));
  let acknowledged = 0;
  for await (const line of createInterface(child.stdout)) {
    expect(Number(line)).toBe(acknowledged++);
    if (acknowledged === batches) setTimeout(() => child.kill('SIGKILL'), graceMs);
  }
  expect([await exited, complaint]).toEqual(['SIGKILL', '']);
  return acknowledged;
}

/** What the first batches leave in the stream. */
function settled(batches: number): Row[] {
  const byTime = new Map<number, Row>();
  for (let batch = 0; batch < batches; batch++) {
    for (const row of rowsOf(batchAt(batch))) byTime.set(row[0], row);
  }
  return [...byTime.values()];
}

describe.skipIf(process.platform === 'win32')('a process killed while it appends', () => {
  it.each([
    [1, 0],
    [5, 1],
    [40, 3],
    [200, 7],
  ])('after %d batches and %d ms leaves all it acknowledged', async (batches, graceMs) => {
    const acknowledged = await appendAndKill(batches, graceMs);
    expect(acknowledged).toBeGreaterThanOrEqual(batches);
    const store = await openStore(file);
    const [{ id, rows, range }] = await store.read['stream.list']();
    const found = rowsOf(await store.read['stream.rows'](id, -Infinity, 1e7));
    // One more may have been written whose answer was lost; a part of one never.
    const written = rows / ROWS_PER_BATCH;
    expect([acknowledged, acknowledged + 1]).toContain(written);
    expect(found).toEqual(settled(written));
    const view = await store.read['stream.view'](id, range!, 5);
    expect(Math.max(...view.max[CHANNELS - 1])).toBe(
      Math.max(...found.map((row) => row[CHANNELS])),
    );
    await store.close();
    const db = new Database(file, { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    const counts = db.prepare(`SELECT level, sum(n0) AS n FROM stream_${id}_rollup GROUP BY level`);
    expect(counts.all()).toEqual([0, 1, 2, 3].map((level) => ({ level, n: rows })));
    db.close();
  });
});
