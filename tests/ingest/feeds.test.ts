import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FeedState } from '../../shared/domain/feed-state.ts';
import { rowsOf, type Row } from '../store/temporary-store.ts';
import {
  csvLines,
  DEVICE_TIME,
  device,
  feedEngine,
  type Device,
  type FeedEngine,
} from './feed-engine.ts';

const START_MS = Date.UTC(2026, 0, 1);
const WAIT = { timeout: 20_000, interval: 20 };

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

function create(names: readonly string[] = ['a', 'b']): Promise<FeedState> {
  const feed = { name: 'Press', source: press.source, decoder: csvLines(names) };
  return Promise.resolve(place.engine.handlers['feed.create'](feed));
}

async function stored(streamId: number): Promise<Row[]> {
  return rowsOf(await place.engine.store.read['stream.rows'](streamId, -Infinity, 100_000));
}

async function feed(id: number): Promise<FeedState> {
  const found = (await place.engine.handlers['feed.list']()).find((one) => one.id === id);
  return found!;
}

const line = (i: number, ...values: readonly number[]): string =>
  `${START_MS + i * 1000},${values.join(',')}\n`;

describe('a feed', () => {
  it('stores what its device sends, counts it, and goes on after a restart', async () => {
    const { id, streamId } = await create();
    await press.send(line(0, 1, 2) + line(1, 3, 4) + 'junk\n' + line(2, 5, 6));
    await expect.poll(() => stored(streamId), WAIT).toHaveLength(3);
    await place.restart();
    await press.send(line(3, 7, 8));
    await expect
      .poll(() => stored(streamId), WAIT)
      .toEqual([
        [START_MS, 1, 2],
        [START_MS + 1000, 3, 4],
        [START_MS + 2000, 5, 6],
        [START_MS + 3000, 7, 8],
      ]);
    await expect.poll(async () => (await feed(id)).counters.rows, WAIT).toBe(4);
    const state = await feed(id);
    expect(state).toMatchObject({ name: 'Press', isPaused: false, status: 'open' });
    expect(state.counters).toMatchObject({ bad: 1, dropped: 0 });
    const [junk] = await place.engine.handlers['quarantine.list'](streamId, 0, 10);
    expect(junk).toMatchObject({ text: 'junk' });
  });

  it('stays paused through a restart until it is resumed', async () => {
    const { id, streamId } = await create();
    await press.send(line(0, 1, 2));
    await expect.poll(() => stored(streamId), WAIT).toHaveLength(1);
    await place.engine.handlers['feed.pause'](id);
    await place.restart();
    expect(await feed(id)).toMatchObject({ isPaused: true, status: 'paused' });
    await place.engine.handlers['feed.resume'](id);
    await press.send(line(1, 3, 4));
    await expect.poll(() => stored(streamId), WAIT).toHaveLength(2);
    await place.engine.handlers['feed.remove'](id);
    expect(await place.engine.handlers['feed.list']()).toEqual([]);
    expect(await stored(streamId)).toHaveLength(2);
  });

  it('joins parts of rows by their time and takes new channels in', async () => {
    const json = { kind: 'json', paths: null, time: DEVICE_TIME } as const;
    const feedOf = { name: 'Broker', source: press.source, decoder: json };
    const { streamId } = await place.engine.handlers['feed.create'](feedOf);
    const part = (i: number, values: object): string =>
      `${JSON.stringify({ time: START_MS + i * 1000, ...values })}\n`;
    await press.send(part(0, { a: 1 }) + part(0, { b: 2 }) + part(1, { a: 3 }));
    await expect.poll(() => stored(streamId), WAIT).toHaveLength(2);
    // A later part of a stored row brings a channel that nobody knew.
    await press.send(part(1, { b: 4 }) + part(0, { c: 5 }));
    await expect
      .poll(() => stored(streamId), WAIT)
      .toEqual([
        [START_MS, 1, 2, 5],
        [START_MS + 1000, 3, 4, NaN],
      ]);
    const [stream] = await place.engine.handlers['stream.list']();
    expect(stream.channels.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    const view = await place.engine.handlers['view.series'](streamId, stream.range!, 1);
    expect(view.max.map((column) => column[0])).toEqual([3, 4, 5]);
  });

  it('learns how to read a device that nobody described, and previews it', async () => {
    const preview = place.engine.handlers['feed.preview'](press.source, null, 700);
    await press.send('time,speed (rpm),load\n' + line(0, 1, 2) + line(1, 3, 4));
    expect(await preview).toMatchObject({
      decoder: { kind: 'delimited', delimiter: ',', time: { field: 'time' } },
      names: ['speed (rpm)', 'load'],
      rows: [
        { t: START_MS, values: [1, 2] },
        { t: START_MS + 1000, values: [3, 4] },
      ],
    });
    press.unplug();
    const feedOf = { name: 'Press', source: press.source, decoder: null };
    const { streamId } = await place.engine.handlers['feed.create'](feedOf);
    await press.send('time,speed (rpm),load\n' + line(0, 1, 2) + line(1, 3, 4));
    await expect.poll(() => stored(streamId), WAIT).toHaveLength(2);
    const [stream] = await place.engine.handlers['stream.list']();
    expect(stream.channels).toEqual([
      { name: 'speed', unit: 'rpm' },
      { name: 'load', unit: '' },
    ]);
  });

  it('tells of a source that was unplugged and of rows that are missing', async () => {
    const { streamId } = await create(['a']);
    const rows = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, i) => line(from + i, i)).join('');
    await press.send(rows(0, 40));
    await expect.poll(() => stored(streamId), WAIT).toHaveLength(40);
    press.unplug();
    await press.send(rows(100, 140));
    await expect.poll(() => stored(streamId), WAIT).toHaveLength(80);
    const range = { from: 0, to: Date.now() + 1e9 };
    const problems = (): Promise<string[]> =>
      Promise.resolve(place.engine.handlers['problem.list'](streamId, range)).then((all) =>
        all.map(({ kind, isOpen }) => `${kind} ${isOpen ? 'open' : 'closed'}`).sort(),
      );
    await expect.poll(problems, WAIT).toEqual(['gap closed', 'source closed']);
    const all = await place.engine.handlers['problem.list'](streamId, range);
    const gap = all.find(({ kind }) => kind === 'gap')!;
    expect([gap.start, gap.end, gap.found, gap.expected]).toEqual([
      ...[START_MS + 39_000, START_MS + 100_000],
      ...[61_000, 1000],
    ]);
    const judged = await place.engine.handlers['event.triage'](gap.id, {
      acknowledged: true,
      note: 'cable',
    });
    expect(judged).toMatchObject({ source: 'data', problem: { triage: { note: 'cable' } } });
  });
});
