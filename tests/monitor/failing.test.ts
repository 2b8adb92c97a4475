/** Models that cannot go on: it is told, what was stored is kept, and they are taken up again. */
import { serialize } from 'node:v8';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeptProblem } from '../../shared/domain/kept-event.ts';
import {
  csvLines,
  device,
  feedEngine,
  type Device,
  type FeedEngine,
} from '../ingest/feed-engine.ts';

const START_MS = Date.UTC(2026, 0, 1);
const WAIT = { timeout: 40_000, interval: 50 };
const LEARN = { mode: 'stream', trainRows: 128, seed: 1, backend: 'wasm' } as const;

let place: FeedEngine;
let press: Device;
beforeEach(async () => {
  place = await feedEngine();
  press = await device();
});
afterEach(async () => {
  await place.remove();
  await press.close();
});

/** Rows a minute apart. */
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => {
    const row = from + i;
    const value = Math.sin(row / 5) + 0.1 * Math.sin(row * row);
    return `${START_MS + row * 60_000},${value.toFixed(4)}\n`;
  }).join('');

/** Another program at work on the same file. */
function beside(work: (db: Database.Database) => void): void {
  const db = new Database(join(place.folder, 'workspace', 'offbeat.sqlite'));
  work(db);
  db.close();
}

async function scoredRows(modelId: number): Promise<number> {
  return (await place.engine.store.read['score.rows'](modelId, -Infinity, 1e6)).t.length;
}

async function started(rows: number): Promise<{ streamId: number; modelId: number }> {
  const feed = { name: 'Press', source: press.source, decoder: csvLines(['load']), learn: LEARN };
  const { streamId } = await place.engine.handlers['feed.create'](feed);
  await press.send(lines(0, rows));
  const monitors = (): Promise<readonly { modelId: number }[]> =>
    Promise.resolve(place.engine.handlers['monitor.list'](streamId));
  await expect.poll(async () => (await monitors()).length, WAIT).toBe(1);
  const [{ modelId }] = await monitors();
  await expect.poll(() => scoredRows(modelId), WAIT).toBe(rows);
  return { streamId, modelId };
}

describe('a live model', () => {
  it('that cannot store its scores is told, tried again, and told to be over it', async () => {
    const { streamId, modelId } = await started(200);
    const problems = async (): Promise<readonly KeptProblem[]> => {
      const all = await place.engine.handlers['problem.list'](streamId, { from: 0, to: 8e15 });
      return all.filter(({ kind }) => kind === 'model');
    };
    beside((db) => {
      const refuse = "BEGIN SELECT RAISE(ABORT, 'no'); END";
      db.exec(`CREATE TRIGGER stop BEFORE INSERT ON score_${modelId} ${refuse}`);
    });
    await press.send(lines(200, 260));
    await expect.poll(problems, WAIT).toMatchObject([{ isOpen: true, channel: '' }]);
    const [monitor] = await place.engine.handlers['monitor.list'](streamId);
    expect(monitor.phase).toBe('failed');
    expect((await problems())[0].detail).toContain('no');
    beside((db) => db.exec('DROP TRIGGER stop'));
    await expect.poll(() => scoredRows(modelId), WAIT).toBe(260);
    await expect.poll(problems, WAIT).toMatchObject([{ isOpen: false }]);
    const [after] = await place.engine.handlers['monitor.list'](streamId);
    expect(after.phase).toBe('scoring');
  });

  it('whose state another version saved is made anew from the rows, the same', async () => {
    const { modelId } = await started(300);
    const before = await place.engine.store.read['score.rows'](modelId, -Infinity, 1e6);
    const strange = serialize({ format: 'offbeat-learn/0', state: { detector: 'unknown' } });
    const saved = (): number => {
      let changes = 0;
      beside((db) => {
        const set = db.prepare('UPDATE monitor SET state = ? WHERE model_id = ?');
        changes = set.run(strange, modelId).changes;
      });
      return changes;
    };
    await place.engine.handlers['monitor.role'](modelId, 'off');
    expect(saved()).toBe(1);
    await place.restart();
    await place.engine.handlers['monitor.role'](modelId, 'active');
    await press.send(lines(300, 320));
    await expect.poll(() => scoredRows(modelId), WAIT).toBe(320);
    const after = await place.engine.store.read['score.rows'](modelId, -Infinity, 300);
    expect(after.columns.map((column) => [...column])).toEqual(
      before.columns.map((column) => [...column]),
    );
  });
});
