/** What goes wrong around a feed: a full disk, a locked file. Nothing is lost, and it is told. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import type { FeedState } from '../../shared/domain/feed-state.ts';
import type { KeptProblem } from '../../shared/domain/kept-event.ts';
import { csvLines, device, type Device } from './feed-engine.ts';

const START_MS = Date.UTC(2026, 0, 1);
const WAIT = { timeout: 40_000, interval: 20 };
const ALL = { from: 0, to: 8e15 };

let folder: string;
let press: Device;
let engine: Engine | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offbeat-faults-'));
  press = await device();
});
afterEach(async () => {
  await engine?.close();
  engine = null;
  await press.close();
  await rm(folder, { recursive: true, force: true });
});

async function feedInto(workspace: string): Promise<FeedState> {
  engine = await createEngine({ workspace, shell: 'browser', version: '0' });
  const decoder = csvLines(['a', 'b', 'c', 'd']);
  return engine.handlers['feed.create']({ name: 'Press', source: press.source, decoder });
}

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => {
    const row = from + i;
    return `${START_MS + row},${row},${row + 0.1},${row + 0.2},${row + 0.3}\n`;
  }).join('');

async function statusOf({ id }: FeedState): Promise<string> {
  const feed = (await engine!.handlers['feed.list']()).find((one) => one.id === id)!;
  return `${feed.status} ${feed.detail}`;
}

const rowsOf = async ({ streamId }: FeedState): Promise<number> =>
  (await engine!.store.read['stream.get'](streamId)).rows;

const problemsOf = ({ streamId }: FeedState): Promise<readonly KeptProblem[]> =>
  Promise.resolve(engine!.handlers['problem.list'](streamId, ALL));

async function expectAll(feed: FeedState, rows: number): Promise<void> {
  await expect.poll(() => rowsOf(feed), WAIT).toBe(rows);
  const { t, columns } = await engine!.store.read['stream.rows'](feed.streamId, -Infinity, rows);
  expect([...t]).toEqual(Array.from({ length: rows }, (_, i) => START_MS + i));
  expect([...columns[0]]).toEqual(Array.from({ length: rows }, (_, i) => i));
  const told = async (): Promise<KeptProblem | undefined> =>
    (await problemsOf(feed)).find(({ kind }) => kind === 'storage');
  await expect.poll(told, WAIT).toMatchObject({ isOpen: false });
}

describe('a workspace that another program has locked', () => {
  it('pauses its feed, says so, and goes on when it is free again', async () => {
    const feed = await feedInto(folder);
    await press.send(lines(0, 100));
    await expect.poll(() => rowsOf(feed), WAIT).toBe(100);
    const other = new Database(join(folder, 'offbeat.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    await press.send(lines(100, 300));
    await expect.poll(() => statusOf(feed), WAIT).toMatch(/^paused Another program has locked/);
    other.exec('ROLLBACK');
    other.close();
    await press.send(lines(300, 400));
    await expectAll(feed, 400);
    expect(await statusOf(feed)).toMatch(/^open/);
  });
});

/** Small file systems are for root on Linux to make. */
function canMount(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && mounts('offbeat-try');
}

function mounts(name: string): boolean {
  const at = join(tmpdir(), `${name}-${process.pid}`);
  try {
    execFileSync('mkdir', ['-p', at]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', at], { stdio: 'ignore' });
    execFileSync('umount', [at]);
    return true;
  } catch {
    return false;
  } finally {
    execFileSync('rmdir', [at]);
  }
}

describe.skipIf(!canMount())('a disk that is full', () => {
  beforeEach(() => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', folder]);
  });
  afterEach(async () => {
    await engine?.close();
    engine = null;
    execFileSync('umount', ['-l', folder]);
  });

  it('pauses the feed until there is room, and no row is lost', async () => {
    const rows = 60_000;
    const feed = await feedInto(folder);
    const sent = press.send(lines(0, rows));
    await expect
      .poll(() => statusOf(feed), WAIT)
      .toMatch(/^paused (The disk is full|The workspace)/);
    expect(await rowsOf(feed)).toBeLessThan(rows);
    execFileSync('mount', ['-o', 'remount,size=200m', folder]);
    await sent;
    await expectAll(feed, rows);
  });
});
