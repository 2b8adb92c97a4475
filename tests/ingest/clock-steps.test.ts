/** Devices whose clocks are wrong, from their sockets to the store. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedPlace } from '../../electron/engine/ingest/feed-place.ts';
import { FeedRun } from '../../electron/engine/ingest/feed-run.ts';
import type { SourcePiece } from '../../electron/engine/sources/source.ts';
import type { FeedCommit } from '../../electron/engine/store/live-records.ts';
import { NO_TOTALS } from '../../electron/engine/store/live-records.ts';
import { createDecoder } from '../../shared/decode/create-decoder.ts';
import { DEFAULT_CHECKS, type FeedState } from '../../shared/domain/feed-state.ts';
import type { KeptProblem } from '../../shared/domain/kept-event.ts';
import { csvLines, device, feedEngine, type Device, type FeedEngine } from './feed-engine.ts';

const HOUR = 3_600_000;
const WAIT = { timeout: 20_000, interval: 20 };
const ALL = { from: 0, to: 8e15 };

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

/** Sends so many numbered rows, 50 ms apart, by a clock that is off by so much. */
async function send(first: number, rows: number, offMs: number): Promise<void> {
  for (let row = first; row < first + rows; row++) {
    await press.send(`${Date.now() + offMs},${row}\n`);
    await wait(50);
  }
}

const problemsOf = ({ streamId }: FeedState): Promise<readonly KeptProblem[]> =>
  Promise.resolve(place.engine.handlers['problem.list'](streamId, ALL));

describe('a device whose clock is stepped back an hour', () => {
  it('loses no row, through a restart too, and an event tells', async () => {
    const started = Date.now();
    const feed = await place.engine.handlers['feed.create']({
      ...{ name: 'Press', source: press.source, decoder: csvLines(['a']) },
    });
    await send(0, 60, 0);
    await send(60, 20, -HOUR);
    const rowsStored = async (): Promise<number> =>
      (await place.engine.store.read['stream.get'](feed.streamId)).rows;
    await expect.poll(rowsStored, WAIT).toBe(80);
    await place.restart();
    await send(80, 60, -HOUR);
    await expect.poll(rowsStored, WAIT).toBe(140);
    await send(140, 20, 0);
    await expect.poll(rowsStored, WAIT).toBe(160);

    const rows = await place.engine.store.read['stream.rows'](feed.streamId, -Infinity, 1000);
    // In the order they were sent, none written over another, all of today.
    expect([...rows.columns[0]]).toEqual(Array.from({ length: 160 }, (_, i) => i));
    expect(rows.t[0]).toBeGreaterThanOrEqual(started - 1);
    expect(rows.t.at(-1)!).toBeLessThan(Date.now() + 2000);
    const steps = (await problemsOf(feed)).filter(({ kind }) => kind === 'clock');
    expect(steps.map(({ detail, found }) => [detail, Math.round(found / 60_000)])).toEqual([
      ['device', -60],
      ['device', 60],
    ]);
    const counted = async (): Promise<number[]> => {
      const [{ counters, late, duplicates }] = await place.engine.handlers['feed.list']();
      return [counters.rows, late, duplicates];
    };
    await expect.poll(counted, WAIT).toEqual([160, 0, 0]);
  });
});

describe('a device whose clock loses two seconds an hour', () => {
  it('is told, with how much', async () => {
    const noon = Date.UTC(2026, 0, 1, 12);
    let now = noon;
    const commits: FeedCommit[] = [];
    async function* pieces(): AsyncGenerator<SourcePiece> {
      for (; now < noon + HOUR; now += 5000) {
        const text = `${Math.round(now - 30 - (now - noon) / 1800)},1\n`;
        const content = new TextEncoder().encode(text);
        yield { content, arrived: now, origin: 'press:4001', complete: false, subject: '' };
      }
    }
    const runPlace: FeedPlace = {
      createSource: () => ({ read: pieces }),
      createDecoder: (config, subject) => createDecoder(config, { subject, now: () => now }),
      propose: () => null,
      commit: (commit) => {
        commits.push(commit);
        return Promise.resolve({ duplicates: 0, widened: false, problems: [] });
      },
      keepDecoder: () => Promise.resolve(),
      stored: () => {
        throw new Error('Nothing is replayed here.');
      },
      tell: () => undefined,
      now: () => now,
    };
    const record = {
      ...{ id: 1, streamId: 1, name: 'Press', source: press.source, decoder: csvLines(['a']) },
      ...{ checks: DEFAULT_CHECKS, isPaused: false, totals: NO_TOTALS, positions: {} },
      learn: null,
    };
    const left = { storedTo: null, periodMs: null, problems: [] };
    await new FeedRun({ record, left }, runPlace).run(new AbortController().signal);
    const told = commits.flatMap(({ problems }) => problems).filter(({ kind }) => kind === 'drift');
    expect(told.at(-1)).toMatchObject({ isOpen: true, detail: 'press:4001', channel: '' });
    expect(told.at(-1)!.found).toBeCloseTo(2000, -1);
  });
});
