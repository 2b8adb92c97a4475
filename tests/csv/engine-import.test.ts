import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import type { JobState } from '../../shared/domain/job.ts';
import { minute, START_MS, table } from './csv-folder.ts';

describe('an import through the engine', () => {
  let folder: string;
  let workspace: string;
  let engine: Engine;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'offbeat-import-'));
    workspace = join(folder, 'workspace');
    engine = await createEngine({ workspace, shell: 'browser', version: '0' });
  });
  afterEach(async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(text: string): Promise<JobState> {
    const path = join(folder, 'machine.csv');
    await writeFile(path, text);
    const { plan } = await engine.preview(path, 'machine.csv', {});
    return engine.startImport(path, 'machine.csv', 'Machine', plan);
  }

  /** Everything that the database holds, by another connection. */
  function contents(): Record<string, unknown> {
    const db = new Database(join(workspace, 'offbeat.sqlite'), { readonly: true });
    try {
      const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
      const names = db.prepare(sql).pluck().all() as string[];
      const count = (name: string): unknown =>
        db.prepare(`SELECT count(*) FROM "${name}"`).pluck().get();
      return Object.fromEntries(
        names.filter((name) => !name.startsWith('sqlite_')).map((name) => [name, count(name)]),
      );
    } finally {
      db.close();
    }
  }

  it('keeps counts, units and the rows set aside with the stream', async () => {
    const text = table('time,load (kW)', 200, (i) => {
      if (i === 30) return `${minute(i)},broken`;
      if (i === 60) return `${minute(59)},60`;
      if (i === 90) return `${minute(40)},90`;
      return `${minute(i > 150 ? i + 30 : i)},${i}`;
    });
    const job = await start(text);
    const { streamId, failure } = await engine.jobs.finished(job.id);
    expect(failure).toBeNull();
    expect(await engine.store.read['stream.get'](streamId!)).toMatchObject({
      name: 'Machine',
      channels: [{ name: 'load', unit: 'kW' }],
      rows: 197,
      range: { from: START_MS, to: START_MS + 229 * 60_000 },
      periodMs: 60_000,
      hasTime: true,
      quarantined: 1,
      duplicates: 2,
      backward: 1,
      gaps: 2,
    });
    expect(await engine.store.read['quarantine.list'](streamId!, 0, 10)).toEqual([
      {
        line: 32,
        text: `${minute(30)},broken`,
        reason: 'column "load" holds "broken" where a number was expected',
      },
    ]);
  });

  const long = (): string => {
    return table('time,load', 600_000, (i) => `${minute(i)},${i % 50 === 7 ? 'bad' : i % 13}`);
  };

  it('leaves nothing behind when it is cancelled, at whatever moment', async () => {
    const before = contents();
    const text = long();
    for (const wait of [0, 50, 100, 150, 200]) {
      const job = await start(text);
      await new Promise((resolve) => setTimeout(resolve, wait));
      engine.jobs.cancel(job.id);
      const ended = await engine.jobs.finished(job.id);
      expect(ended).toMatchObject({ status: 'cancelled', failure: null });
      expect(contents()).toEqual(before);
    }
    expect(await engine.store.read['stream.list']()).toEqual([]);
  });

  it('leaves nothing behind when it is cancelled after rows were stored', async () => {
    const before = contents();
    let cancelled = false;
    engine.onEvent((event, payload) => {
      const job = payload as JobState;
      if (event !== 'job.changed' || job.done === 0 || cancelled) return;
      cancelled = true;
      engine.jobs.cancel(job.id);
    });
    const ended = await engine.jobs.finished((await start(long())).id);
    expect(ended).toMatchObject({ status: 'cancelled', failure: null });
    expect(contents()).toEqual(before);
    expect((await readdir(workspace)).filter((name) => !name.startsWith('offbeat.'))).toEqual([]);
  });

  it('leaves nothing behind when the file goes bad after rows were stored', async () => {
    const before = contents();
    const text = `${table('time,load', 60_000, (i) => `${minute(i)},${i}`)}${minute(1)},"5\n`;
    const ended = await engine.jobs.finished((await start(text)).id);
    expect(ended).toMatchObject({ status: 'failed', failure: { code: 'bad-input' } });
    expect(ended.failure?.message).toMatch(/line 60002 of machine\.csv/);
    expect(contents()).toEqual(before);
  });

  it('takes the next file as if nothing had been', async () => {
    const job = await start(long());
    engine.jobs.cancel(job.id);
    await engine.jobs.finished(job.id);
    const next = await engine.jobs.finished(
      (await start(table('time,load', 90, (i) => `${minute(i)},${i}`))).id,
    );
    expect(next).toMatchObject({ status: 'done', failure: null });
    expect((await engine.store.read['stream.list']()).map(({ rows }) => rows)).toEqual([90]);
  });
});
