/** Tokens and passwords of feeds: used, but nowhere to be read. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedState } from '../../shared/domain/feed-state.ts';
import type { SourceConfig } from '../../shared/domain/feed.ts';
import { csvLines, feedEngine, type FeedEngine } from './feed-engine.ts';

const TOKEN = 'a-token-that-nobody-else-has-4711';
const WAIT = { timeout: 20_000, interval: 50 };
const SOURCE: SourceConfig = { kind: 'http-listen', host: '127.0.0.1', port: 0, token: TOKEN };

let place: FeedEngine;
beforeEach(async () => {
  place = await feedEngine();
});
afterEach(() => place.remove());

const feeds = (): Promise<readonly FeedState[]> => place.engine.live.feeds.list();

async function create(): Promise<FeedState> {
  const decoder = csvLines(['a']);
  return place.engine.handlers['feed.create']({ name: 'Door', source: SOURCE, decoder });
}

async function push(t: number): Promise<number> {
  const detail = async (): Promise<string> => {
    const [{ status, detail }] = await feeds();
    return `${status} ${detail}`;
  };
  await expect.poll(detail, WAIT).toMatch(/^open .*:\d+/);
  const port = /:(\d+)/.exec(await detail())![1];
  const headers = { Authorization: `Bearer ${TOKEN}` };
  const body = `${t},1\n`;
  const { status } = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body });
  return status;
}

function workspaceHolds(text: string): boolean {
  const folder = join(place.folder, 'workspace');
  const files = readdirSync(folder).filter((name) => name.startsWith('offbeat.sqlite'));
  expect(files.length).toBeGreaterThan(0);
  return files.some((name) => readFileSync(join(folder, name)).includes(text));
}

function beside(work: (db: Database.Database) => void): void {
  const db = new Database(join(place.folder, 'workspace', 'offbeat.sqlite'));
  work(db);
  db.close();
}

describe('the token of a feed', () => {
  it('opens its door, before and after a restart, and is neither shown nor stored', async () => {
    const { id, source } = await create();
    expect(source).toMatchObject({ token: '' });
    expect(await push(Date.now())).toBe(204);
    expect(workspaceHolds(TOKEN)).toBe(false);
    await place.restart();
    expect(await push(Date.now())).toBe(204);
    expect(JSON.stringify(await feeds())).not.toContain(TOKEN);
    expect(await place.engine.secrets.list()).toMatchObject([{ name: `feed.${id}` }]);
    await place.engine.handlers['feed.remove'](id);
    expect(await place.engine.secrets.list()).toEqual([]);
  });

  it('that a former version kept in the clear is sealed, and no trace of it stays', async () => {
    const { id } = await create();
    await place.engine.handlers['feed.pause'](id);
    beside((db) => {
      db.prepare('UPDATE feed SET source = ? WHERE id = ?').run(JSON.stringify(SOURCE), id);
      db.exec('DELETE FROM secret');
    });
    expect(workspaceHolds(TOKEN)).toBe(true);
    await place.restart();
    expect(workspaceHolds(TOKEN)).toBe(false);
    await place.engine.handlers['feed.resume'](id);
    expect(await push(Date.now())).toBe(204);
  });

  it('that is missing is asked for by name, and keeps nothing else from starting', async () => {
    const { id } = await create();
    await place.engine.secrets.remove(`feed.${id}`);
    await place.restart();
    const [feed] = await feeds();
    expect(feed.status).toBe('failed');
    expect(feed.detail).toContain(`"feed.${id}"`);
    await place.engine.secrets.set(`feed.${id}`, TOKEN);
    await place.engine.handlers['feed.resume'](id);
    expect(await push(Date.now())).toBe(204);
  });
});
