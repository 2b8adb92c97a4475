import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import type { JobState } from '../../shared/domain/job.ts';
import { HOUR_MS, machineCsv, START_MS } from './machine-csv.ts';

describe('engine', () => {
  let folder: string;
  let engine: Engine;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'offbeat-engine-'));
    const workspace = join(folder, 'workspace');
    engine = await createEngine({ workspace, shell: 'browser', version: '0' });
  });
  afterEach(async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function importText(text: string): Promise<JobState> {
    const path = join(folder, 'machine.csv');
    await writeFile(path, text);
    const preview = await engine.preview(path, 'machine.csv', {});
    const job = engine.startImport(path, 'machine.csv', 'Machine', preview.plan);
    return engine.jobs.finished(job.id);
  }

  it('imports a file, learns it and finds the fault', async () => {
    const imported = await importText(machineCsv(2000, 3));
    expect(imported).toMatchObject({ status: 'done', failure: null });
    const streamId = imported.streamId!;
    const options = { mode: 'auto', trainRows: 500, seed: 1 } as const;
    const job = await engine.startLearn(streamId, options);
    const learnt = await engine.jobs.finished(job.id);
    expect(learnt.failure).toBeNull();
    expect(learnt.lossCurve.length).toBeGreaterThan(5);
    const card = (await engine.handlers['model.active'](streamId))!;
    expect(card).toMatchObject({ mode: 'stream', trainRows: 500, channels: ['load'] });
    const faultAt = START_MS + 1500 * HOUR_MS;
    const events = await engine.handlers['event.list'](card.id);
    const hits = events.filter((event) => Math.abs(event.start - faultAt) <= 3 * HOUR_MS);
    expect(hits).toHaveLength(1);
    expect(events.length).toBeLessThanOrEqual(3);
    const scores = await engine.store.read['score.rows'](card.id, -Infinity, 10_000);
    expect(scores.t).toHaveLength(2000);
  });

  it('tells windows of progress and of the new stream', async () => {
    const heard: string[] = [];
    engine.onEvent((event, payload) => {
      heard.push(event === 'job.changed' ? (payload as JobState).status : event);
    });
    await importText(machineCsv(300, 4));
    expect(heard).toContain('stream.changed');
    expect(heard.at(-1)).toBe('done');
  });

  it('leaves nothing behind when learning is cancelled', async () => {
    const { streamId } = await importText(machineCsv(2000, 5));
    const job = await engine.startLearn(streamId!, { mode: 'stream', seed: 1 });
    engine.jobs.cancel(job.id);
    const ended = await engine.jobs.finished(job.id);
    expect(ended).toMatchObject({ status: 'cancelled', failure: null });
    expect(await engine.handlers['model.active'](streamId!)).toBeNull();
  });

  it('refuses to learn a constant channel in words', async () => {
    const rows = Array.from({ length: 400 }, (_, i) => `${START_MS + i * 1000},5`);
    const { streamId } = await importText(['time,level', ...rows].join('\n'));
    const job = await engine.startLearn(streamId!, { mode: 'stream', trainRows: 200, seed: 1 });
    const ended = await engine.jobs.finished(job.id);
    expect(ended.failure?.code).toBe('bad-input');
    expect(ended.failure?.message).toMatch(/level/);
  });

  it('refuses channels and ranges that the stream does not have', async () => {
    const { streamId } = await importText(machineCsv(300, 6));
    const of = async (options: object): Promise<string> => {
      const learn = { mode: 'stream', seed: 1, ...options } as const;
      const job = await engine.startLearn(streamId!, learn);
      return (await engine.jobs.finished(job.id)).failure?.message ?? 'no failure';
    };
    await expect(of({ channels: ['speed'] })).rejects.toThrow(/no channel "speed".*load/);
    expect(await of({ train: { from: 0, to: 1 } })).toMatch(/no row in the training range/);
    expect(await of({ trainRows: 301 })).toMatch(/300 rows.*301/);
    expect(await of({ trainRows: 20 })).toMatch(/20/);
  });

  it('takes a file in pieces and discards it after the import', async () => {
    const bytes = new TextEncoder().encode(machineCsv(300, 7));
    const id = await engine.handlers['upload.begin']('pump.csv', bytes.length);
    await engine.handlers['upload.append'](id, bytes.subarray(0, 1000));
    await expect(async () => engine.handlers['csv.preview'](id, {})).rejects.toThrow(/arriving/);
    await engine.handlers['upload.append'](id, bytes.subarray(1000));
    const preview = await engine.handlers['csv.preview'](id, {});
    expect(preview).toMatchObject({ fileName: 'pump.csv', sizeBytes: bytes.length });
    const job = await engine.handlers['csv.import'](id, 'Pump', preview.plan);
    expect((await engine.jobs.finished(job.id)).status).toBe('done');
    await expect.poll(() => readdir(join(folder, 'workspace', 'uploads'))).toEqual([]);
  });

  it('makes the demo machine once', async () => {
    const first = await engine.jobs.finished((await engine.handlers['demo.create']()).id);
    const second = await engine.jobs.finished((await engine.handlers['demo.create']()).id);
    expect(first.streamId).toBe(second.streamId);
    const [stream] = await engine.handlers['stream.list']();
    expect(stream?.channels).toHaveLength(4);
  });
});
