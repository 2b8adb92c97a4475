/** Reports, bundles and recomputations as jobs in a thread of their own, through the contract. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import { previewCsv } from '../../electron/engine/sources/csv-preview.ts';
import type { JobResult, JobState } from '../../shared/domain/job.ts';
import { machine } from '../cli/offbeat-process.ts';

const ROWS = 700;
let folder: string;
let engine: Engine;
let streamId: number;
const seen: JobState[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offbeat-evidence-'));
  const workspace = join(folder, 'workspace');
  engine = await createEngine({ workspace, shell: 'browser', version: '1.2.3' });
  engine.onEvent((event, payload) => {
    if (event === 'job.changed') seen.push(payload as JobState);
  });
  const file = join(folder, 'machine.csv');
  writeFileSync(file, machine(ROWS, 500));
  const { plan } = await previewCsv(file, 'machine.csv', {});
  const imported = engine.startImport(file, 'machine.csv', 'machine', plan);
  streamId = (await engine.jobs.finished(imported.id)).streamId!;
  const options = { mode: 'stream', trainRows: 300, seed: 3, backend: 'wasm-plain' } as const;
  await engine.jobs.finished((await engine.startLearn(streamId, options)).id);
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

async function resultOf(job: JobState): Promise<JobResult> {
  const ended = await engine.jobs.finished(job.id);
  expect(ended).toMatchObject({ status: 'done', failure: null });
  return engine.handlers['job.result'](job.id);
}

/** What travels from a window, in one piece. */
async function upload(bytes: Uint8Array): Promise<string> {
  const id = await engine.handlers['upload.begin']('press.offbeat', bytes.length);
  await engine.handlers['upload.append'](id, bytes);
  return id;
}

async function bundle(): Promise<Uint8Array> {
  const order = { language: 'en', range: null } as const;
  const result = await resultOf(await engine.handlers['bundle.start'](streamId, order));
  if (result.kind !== 'file') throw new Error('A file was expected.');
  expect(result.file.fileName).toBe('machine.offbeat');
  return result.file.bytes;
}

describe('a job', () => {
  it('writes a report and tells how far it is', async () => {
    const order = { language: 'zh-CN', format: 'html', range: null } as const;
    const job = await engine.handlers['report.start'](streamId, order);
    expect(job).toMatchObject({ kind: 'report', title: 'machine', streamId });
    const result = await resultOf(job);
    expect(result).toMatchObject({ kind: 'file', file: { mimeType: 'text/html' } });
    const steps = seen.filter(({ id, phase }) => id === job.id && phase === 'write');
    expect(steps.at(-1)!.total).toBeGreaterThan(3);
    expect(steps.at(-1)!.done).toBe(steps.at(-1)!.total);
  });

  it('packs a bundle that scores the same again', async () => {
    const id = await upload(await bundle());
    const job = await engine.handlers['bundle.verify'](id);
    const result = await resultOf(job);
    const recomputed = { rows: ROWS, differing: 0, first: null };
    expect(result).toMatchObject({ kind: 'verified', report: { broken: [], recomputed } });
    const rows = seen.filter((state) => state.id === job.id && state.unit === 'rows');
    expect(rows.at(-1)).toMatchObject({ phase: 'compute', done: ROWS, total: ROWS });
  });

  it('names what was changed in a bundle', async () => {
    const bytes = await bundle();
    bytes[bytes.length >> 1] ^= 0xff;
    const job = await engine.handlers['bundle.verify'](await upload(bytes));
    const result = await resultOf(job);
    expect(result).toMatchObject({ kind: 'verified', report: { recomputed: null } });
    expect(result.kind === 'verified' && result.report.broken).toHaveLength(1);
  });

  it('computes an event again', async () => {
    const card = (await engine.store.read['model.active'](streamId))!;
    const [event] = await engine.store.read['event.list'](card.id);
    const job = await engine.handlers['event.recompute'](streamId, event.start);
    const result = await resultOf(job);
    expect(result).toMatchObject({
      kind: 'provenance',
      provenance: { recomputed: { first: null } },
    });
  });

  it('says why it failed, and has no result then', async () => {
    const job = await engine.handlers['event.recompute'](streamId, 1);
    const { status, failure } = await engine.jobs.finished(job.id);
    expect(status).toBe('failed');
    expect(failure).toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/no such event/) as string,
    });
    expect(() => engine.handlers['job.result'](job.id)).toThrow(/no result/);
  });

  it('can be cancelled', async () => {
    const job = await engine.handlers['bundle.start'](streamId, { language: 'en', range: null });
    await engine.handlers['job.cancel'](job.id);
    expect(await engine.jobs.finished(job.id)).toMatchObject({ status: 'cancelled' });
  });
});
