/** A disk that does not keep up: who can wait is made to wait, who cannot loses and is counted. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import type { FeedState } from '../../shared/domain/feed-state.ts';
import { csvLines, device } from './feed-engine.ts';

const START_MS = Date.UTC(2026, 0, 1);
const WAIT = { timeout: 60_000, interval: 50 };
const ROWS = 600_000;

let folder: string;
let engine: Engine;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offbeat-slow-'));
  engine = await createEngine({ workspace: folder, shell: 'browser', version: '0' });
});
afterEach(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

/** Nothing can be written until it is released. */
function stall(): () => void {
  const other = new Database(join(folder, 'offbeat.sqlite'));
  other.exec('BEGIN IMMEDIATE');
  return () => {
    other.exec('ROLLBACK');
    other.close();
  };
}

async function stateOf(id: number): Promise<FeedState> {
  return (await engine.handlers['feed.list']()).find((one) => one.id === id)!;
}

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `${START_MS + from + i},${from + i},0.5\n`).join('');

describe('a disk that stands still', () => {
  it('stops the reading of TCP until it writes again, and no row is lost', async () => {
    const press = await device();
    const decoder = csvLines(['a', 'b']);
    const feed = await engine.handlers['feed.create']({ name: 'P', source: press.source, decoder });
    await press.send(lines(0, 1));
    await expect.poll(async () => (await stateOf(feed.id)).counters.rows, WAIT).toBe(1);
    const release = stall();
    const text = lines(1, ROWS);
    let isSent = false;
    const sending = press.send(text).then(() => (isSent = true));
    await expect.poll(async () => (await stateOf(feed.id)).status, WAIT).toBe('paused');
    const bytes = async (): Promise<number> => (await stateOf(feed.id)).counters.bytes;
    let read = -1;
    const isStill = async (): Promise<boolean> => read === (read = await bytes());
    await expect.poll(isStill, { timeout: 60_000, interval: 1000 }).toBe(true);
    expect(read).toBeLessThan(text.length / 2);
    expect(isSent).toBe(false);
    release();
    await sending;
    await expect.poll(async () => (await stateOf(feed.id)).counters.rows, WAIT).toBe(ROWS);
    expect((await stateOf(feed.id)).counters.dropped).toBe(0);
    await press.close();
  });

  it('makes UDP drop its oldest, count them and show it', async () => {
    const socket = createSocket('udp4');
    const source = { kind: 'udp', host: '127.0.0.1', port: await freePort() } as const;
    const decoder = csvLines(['a', 'b']);
    const feed = await engine.handlers['feed.create']({ name: 'U', source, decoder });
    const send = (row: number): void =>
      socket.send(`${START_MS + row},${row},0.5\n`, source.port, source.host);
    await expect
      .poll(async () => {
        send(0);
        return (await stateOf(feed.id)).counters.rows;
      }, WAIT)
      .toBeGreaterThan(0);
    const release = stall();
    let row = 1;
    await expect
      .poll(async () => {
        for (let i = 0; i < 2000; i++) send(row++);
        return (await stateOf(feed.id)).counters.dropped;
      }, WAIT)
      .toBeGreaterThan(0);
    release();
    await expect
      .poll(async () => {
        send(row++);
        const last = await engine.store.read['stream.rows'](feed.streamId, START_MS + row - 3, 10);
        return last.t.length;
      }, WAIT)
      .toBeGreaterThan(0);
    socket.close();
  });
});

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
