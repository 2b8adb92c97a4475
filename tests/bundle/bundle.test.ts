/** A bundle made here verifies anywhere; what was changed is named; what is hostile is refused. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBundle, packBundle } from '../../electron/engine/bundle/archive.ts';
import { provenanceOf } from '../../electron/engine/bundle/provenance.ts';
import { readColumns, writeColumns } from '../../electron/engine/bundle/columns.ts';
import { verifyBundle } from '../../electron/engine/bundle/verify-bundle.ts';
import { writeBundle } from '../../electron/engine/bundle/write-bundle.ts';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import { previewCsv } from '../../electron/engine/sources/csv-preview.ts';
import { STORE_FILE } from '../../electron/engine/store/open-store.ts';
import { scoreColumnNames } from '../../shared/domain/score.ts';
import { machine, START_MS } from '../cli/offbeat-process.ts';

const ROWS = 700;
const MINUTE_MS = 60_000;
const SLICE = { from: START_MS + 400 * MINUTE_MS, to: START_MS + 650 * MINUTE_MS };

let folder: string;
let engine: Engine;
let streamId: number;
let whole: Uint8Array;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'offbeat-bundle-'));
  const workspace = join(folder, 'workspace');
  engine = await createEngine({ workspace, shell: 'browser', version: '1.2.3' });
  const file = join(folder, 'machine.csv');
  writeFileSync(file, machine(ROWS, 500));
  const { plan } = await previewCsv(file, 'machine.csv', {});
  const imported = engine.startImport(file, 'machine.csv', 'machine', plan);
  streamId = (await engine.jobs.finished(imported.id)).streamId!;
  const options = { mode: 'stream', trainRows: 300, seed: 3, backend: 'wasm-plain' } as const;
  const learnt = await engine.startLearn(streamId, options);
  expect(await engine.jobs.finished(learnt.id)).toMatchObject({ status: 'done' });
  whole = await writeBundle(engine.store, streamId, null, 'en', '1.2.3');
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const NAMES = [
  ...['manifest.json', 'manifest.sha256', 'data.parquet', 'scores.parquet', 'state.json'],
  ...['configuration.json', 'events.json', 'labels.json', 'report.html', 'trainings/1.safetensors'],
  'trainings/2.safetensors',
];

/** Packs members anew with a manifest that fits them, as a forger would. */
function forge(change: (members: Record<string, Uint8Array>) => void): Uint8Array {
  const { manifest, members } = openBundle(whole);
  const rest = { ...members };
  delete rest['manifest.json'];
  delete rest['manifest.sha256'];
  change(rest);
  return packBundle(rest, manifest!);
}

describe('a bundle', () => {
  it('scores the same again, as a whole and as a stretch', async () => {
    expect(Object.keys(unzipSync(whole)).sort()).toEqual([...NAMES].sort());
    const stretch = await writeBundle(engine.store, streamId, SLICE, 'zh-CN', '1.2.3');
    for (const [bytes, rows] of [
      [whole, ROWS],
      [stretch, 251],
    ] as const) {
      const { manifest, broken, recomputed } = await verifyBundle(bytes);
      expect([broken, recomputed]).toEqual([[], { rows, differing: 0, first: null }]);
      expect(manifest).toMatchObject({ stream: 'machine', version: '1.2.3', rows });
    }
  });

  it('is the same bytes again', async () => {
    const again = await writeBundle(engine.store, streamId, null, 'en', '1.2.3');
    const sums = ({ manifest }: ReturnType<typeof openBundle>): unknown => manifest!.members;
    expect(sums(openBundle(again))).toEqual(sums(openBundle(whole)));
    expect(Buffer.compare(again, whole)).toBe(0);
  });

  it.each(NAMES)('one flipped byte in %s is named', async (member) => {
    const members = unzipSync(whole);
    members[member]![members[member]!.length >> 1]! ^= 1;
    const { broken, recomputed } = await verifyBundle(zipSync(members));
    const named = member.startsWith('manifest') ? 'manifest.json' : member;
    expect(broken.map((one) => one.member)).toEqual([named]);
    expect(recomputed).toBeNull();
  });

  it('what is missing or was added is named', async () => {
    const { 'events.json': events, ...members } = unzipSync(whole);
    const { broken } = await verifyBundle(
      zipSync({ ...members, 'trainings/9.safetensors': events! }),
    );
    expect(broken).toEqual([
      { member: 'events.json', reason: 'it is missing' },
      { member: 'trainings/9.safetensors', reason: 'the manifest does not know it' },
    ]);
  });

  it('never calls equal what was damaged where members lie', async () => {
    const { manifest } = openBundle(whole);
    const sizes = Object.values(manifest!.members).reduce((sum, { bytes }) => sum + bytes, 0);
    expect(sizes).toBeGreaterThan(10_000);
    for (let i = 1; i < 40; i++) {
      const bytes = Uint8Array.from(whole);
      bytes[Math.floor((i / 40) * bytes.length)]! ^= 0x55;
      const result = await verifyBundle(bytes).catch((error: Error) => error);
      const isEqual = !(result instanceof Error) && result.broken.length === 0;
      // A byte of the zip's own bookkeeping may say nothing of the content.
      if (isEqual) expect(openBundle(bytes).members).toEqual(openBundle(whole).members);
    }
  });

  it('a score that does not come from the data is found, whatever the manifest says', async () => {
    const width = scoreColumnNames(['load']).length;
    const { members } = openBundle(whole);
    const scores = await readColumns('scores.parquet', members['scores.parquet']!, width);
    scores.columns[0]![600]! += 1e-12;
    const forged = forge((rest) => {
      rest['scores.parquet'] = writeColumns(scores, scoreColumnNames(['load']));
    });
    const { broken, recomputed } = await verifyBundle(forged);
    expect(broken).toEqual([]);
    const first = { t: START_MS + 600 * MINUTE_MS, column: 'score' };
    expect(recomputed).toMatchObject({ differing: 1, first });
  });

  it.each([
    ['configuration.json', '{"spec":{}}', /does not describe a detector/],
    ['state.json', 'nonsense', /state of the detector/],
    ['data.parquet', 'PAR1nonsensePAR1', /data\.parquet cannot be read/],
    ['trainings/1.safetensors', 'x', /cannot be computed/],
  ])('a forged %s is refused in words', async (member, text, said) => {
    const forged = forge((rest) => (rest[member] = new TextEncoder().encode(text)));
    const result = await verifyBundle(forged).catch((error: unknown) => error);
    // The first training lies in the state already; it is asked for when it is due.
    if (member.startsWith('trainings/')) {
      expect((result as Error).message).toMatch(said);
    } else
      expect(result).toMatchObject({ code: 'bad-input', message: expect.stringMatching(said) });
  });
});

describe('a bundle that is looked at', () => {
  /** As the engine opens an upload of it. */
  async function opened(bytes: Uint8Array, of = engine) {
    const id = await of.handlers['upload.begin']('run.offbeat', bytes.length);
    await of.handlers['upload.append'](id, bytes);
    return { id, answer: await of.handlers['bundle.open'](id) };
  }
  const range = { from: START_MS, to: START_MS + ROWS * MINUTE_MS };

  it('shows its rows, scores, events and report; the workspace stays as it was', async () => {
    const workspace = join(folder, 'other');
    const other = await createEngine({ workspace, shell: 'browser', version: '1.2.3' });
    const { id, answer } = await opened(whole, other);
    expect(answer.broken).toEqual([]);
    const content = answer.content!;
    const card = (await engine.store.read['model.active'](streamId))!;
    expect(content).toMatchObject({ rows: ROWS, card: { seed: 3, trainRows: 300 }, labels: [] });
    expect(content.channels).toEqual([{ name: 'load', unit: 'kW' }]);
    const events = await engine.store.read['event.list'](card.id);
    expect(events.length).toBeGreaterThan(0);
    expect(content.events.map(({ start }) => start)).toEqual(events.map(({ start }) => start));
    for (const [mine, kept] of [
      ['bundle.series', await engine.store.read['stream.view'](streamId, range, ROWS)],
      ['bundle.scores', await engine.store.read['score.view'](card.id, range, ROWS)],
    ] as const) {
      expect(await other.handlers[mine](id, range, ROWS)).toEqual(kept);
    }
    const few = await other.handlers['bundle.series'](id, range, 50);
    expect(few.raw).toBe(false);
    expect(few.t.length).toBeLessThanOrEqual(51);
    const all = await other.handlers['bundle.series'](id, range, ROWS);
    expect(Math.max(...few.max[0]!)).toBe(Math.max(...all.max[0]!));
    expect(Math.min(...few.min[0]!)).toBe(Math.min(...all.min[0]!));
    const report = await other.handlers['bundle.report'](id);
    expect(new TextDecoder().decode(report.bytes)).toMatch(/^<!doctype html>/i);
    expect(await other.store.read['stream.list']()).toEqual([]);
    await other.handlers['upload.discard'](id);
    await expect(other.handlers['bundle.report'](id)).rejects.toThrow(/no longer open/);
    await other.close();
  });

  it('shows nothing of what is not as it was written', async () => {
    const members = unzipSync(whole);
    members['events.json']![3]! ^= 1;
    const { answer } = await opened(zipSync(members));
    expect(answer.content).toBeNull();
    expect(answer.broken.map(({ member }) => member)).toEqual(['events.json']);
  });

  it.each([
    ['events.json', '[{"start":"<script>"}]', /events\.json is not as expected.*start/],
    ['labels.json', '{', /labels\.json is not JSON/],
    ['configuration.json', '{"card":{}}', /configuration\.json is not as expected/],
  ])('a forged %s is refused in words', async (member, text, said) => {
    const forged = forge((rest) => (rest[member] = new TextEncoder().encode(text)));
    await expect(opened(forged)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(said),
    });
  });
});

describe('a hostile zip', () => {
  const bytes = new Uint8Array(10);
  it.each([
    ['../../evil.sh'],
    ['/etc/passwd'],
    ['C:\\windows\\evil.dll'],
    ['trainings/../../evil'],
    ['data.parquet\0.sh'],
    ['report.html/'],
  ])('with a member %j is refused', (name) => {
    expect(() => openBundle(zipSync({ ...unzipSync(whole), [name]: bytes }))).toThrow(/holds no/);
  });

  it('that unpacks to far more than it is is refused before it is unpacked', () => {
    const bomb = zipSync({ ...unzipSync(whole), 'state.json': new Uint8Array(20e6) });
    expect(bomb.length).toBeLessThan(1e6);
    expect(() => openBundle(bomb)).toThrow(/would unpack to 20000000 bytes/);
  });

  it('that lies about its size is not believed', () => {
    const members = { ...unzipSync(whole), 'state.json': new Uint8Array(5e6) };
    const zip = zipSync(members);
    const view = new DataView(zip.buffer);
    // The size is written as 5 000 000 in two places; it shall say a thousand.
    for (let i = 0; i + 4 <= zip.length; i++) {
      if (view.getUint32(i, true) === 5e6) view.setUint32(i, 1000, true);
    }
    expect(openBundle(zip).broken.map(({ member }) => member)).toEqual(['state.json']);
  });

  it('with a member twice is refused', () => {
    const zip = zipSync({ 'data.parquet': bytes, 'datb.parquet': bytes });
    const text = Buffer.from(zip).toString('latin1').replaceAll('datb', 'data');
    expect(() => openBundle(new Uint8Array(Buffer.from(text, 'latin1')))).toThrow(/twice/);
  });
});

describe('provenance', () => {
  it('computes an event again, to the bit, and says what it is made of', async () => {
    const card = (await engine.store.read['model.active'](streamId))!;
    const [event] = await engine.store.read['event.list'](card.id);
    const found = await provenanceOf(engine.store, streamId, event!.start, '1.2.3');
    expect(found.recomputed).toMatchObject({ differing: 0, first: null });
    expect(found.recomputed.rows).toBeGreaterThan(0);
    expect(found.score.score).toBe(event!.peakScore);
    expect(found.score.terms).toHaveLength(1);
    expect(found.model).toMatchObject({ seed: 3, backend: 'wasm-plain' });
    expect(found.model.trainingSha256[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(found.data.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(found.scaler[0]).toMatchObject({ channel: 'load', centre: expect.any(Number) });
    await expect(provenanceOf(engine.store, streamId, 1, '')).rejects.toThrow(/no such event/);
  });

  it('says where a stored score is not what comes out', async () => {
    const card = (await engine.store.read['model.active'](streamId))!;
    const [event] = await engine.store.read['event.list'](card.id);
    const db = new Database(join(folder, 'workspace', STORE_FILE));
    db.prepare(`UPDATE score_${card.id} SET c0 = c0 + 0.5 WHERE t = ?`).run(event!.start);
    const { recomputed } = await provenanceOf(engine.store, streamId, event!.start, '');
    db.prepare(`UPDATE score_${card.id} SET c0 = c0 - 0.5 WHERE t = ?`).run(event!.start);
    db.close();
    expect(recomputed).toMatchObject({ differing: 1, first: { t: event!.start, column: 'score' } });
  });
});

describe('learning again', () => {
  it('learns nothing from what was confirmed, and says so; its bundle verifies', async () => {
    const before = (await engine.store.read['model.active'](streamId))!;
    const [event] = await engine.store.read['event.list'](before.id);
    await engine.handlers['event.triage'](event!.id, { verdict: 'confirmed', note: 'pump <b>' });
    const options = { mode: 'stream', trainRows: 600, seed: 3, backend: 'wasm-plain' } as const;
    const job = await engine.startLearn(streamId, options);
    expect(await engine.jobs.finished(job.id)).toMatchObject({ status: 'done' });
    const card = (await engine.store.read['model.active'](streamId))!;
    expect(card.id).not.toBe(before.id);
    expect(card.exclude).toEqual([{ from: event!.start, to: event!.end }]);
    const { recomputed } = await verifyBundle(
      await writeBundle(engine.store, streamId, null, 'en', '1'),
    );
    expect(recomputed).toEqual({ rows: ROWS, differing: 0, first: null });
  });
});
