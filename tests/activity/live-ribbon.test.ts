/**
 * A machine sends its rows over TCP at ten times its pace; the recogniser says what it does as they
 * come, through a restart, as it says it of the stored rows.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oneByOne } from '../../electron/engine/monitor/ribbon-pipeline.ts';
import { createNodeWasmBackend } from '../../electron/engine/training/wasm-node.ts';
import { LiveSegments } from '../../shared/activity/live-segments.ts';
import { loadRecogniser } from '../../shared/activity/recogniser-checkpoint.ts';
import type { ActivitySegment, KeptSegment } from '../../shared/domain/activity.ts';
import {
  csvLines,
  device,
  feedEngine,
  type Device,
  type FeedEngine,
} from '../ingest/feed-engine.ts';
import { liveMachines } from './live-machines.ts';

const PACE = 10;
const ALWAYS = { from: 0, to: Number.MAX_SAFE_INTEGER };
const machines = liveMachines(process.env.OFFBEAT_RECORDINGS);
const { live, channels, periodMs } = machines;
const names = channels.map(({ name }) => name);
const TIMEOUT_MS = 20_000 + (3 * live.t.length * periodMs) / PACE;
const POLL = { timeout: TIMEOUT_MS, interval: 50 };

let place: FeedEngine;
let sender: Device;
beforeAll(async () => {
  place = await feedEngine();
  sender = await device();
});
afterAll(async () => {
  await place.remove();
  await sender.close();
});

async function learn(): Promise<number> {
  const streams: { streamId: number; group: string }[] = [];
  for (const { group, batch, labels } of machines.learnt) {
    const { write } = place.engine.store;
    const stream = { name: group, channels, periodMs, hasTime: true };
    const streamId = await write['stream.create'](stream);
    await write['stream.append'](streamId, batch);
    await write['stream.publish'](streamId, { periodMs, duplicates: 0, backward: 0, gaps: 0 });
    await write['label.edit']({ add: labels.map((label) => ({ streamId, label })) });
    streams.push({ streamId, group });
  }
  const options = { name: 'Live', streams, seed: 1, ...machines.options };
  const { engine } = place;
  const job = await engine.handlers['recogniser.train'](options);
  expect((await engine.jobs.finished(job.id)).failure).toBeNull();
  return (await engine.handlers['recogniser.list']())[0].id;
}

/** Rows [from, to) at the machine's pace, times PACE. */
async function send(from: number, to: number): Promise<void> {
  const started = performance.now();
  for (let i = from; i < to;) {
    const due = from + Math.floor(((performance.now() - started) * PACE) / periodMs) + 1;
    const until = Math.min(to, due);
    const lines = Array.from({ length: Math.max(0, until - i) }, (_, k) => {
      return `${[live.t[i + k], ...live.columns.map((column) => column[i + k])].join(',')}\n`;
    });
    if (lines.length > 0) await sender.send(lines.join(''));
    i = Math.max(i, until);
    await wait(10);
  }
}

const plain = ({ start, end, activity, confidence }: ActivitySegment): unknown[] => [
  ...[start, end, activity],
  Number(confidence.toFixed(9)),
];

describe('the live ribbon', () => {
  it(
    'is what the same rows give when they are stored, and a restart does not show',
    async () => {
      const recogniserId = await learn();
      const feed = { name: 'Now', source: sender.source, decoder: csvLines(names) };
      const { streamId } = await place.engine.handlers['feed.create'](feed);
      const rows = live.t.length;
      const readTo = async (at: number): Promise<void> => {
        const stored = async () => (await place.engine.store.read['stream.get'](streamId)).rows;
        await expect.poll(stored, POLL).toBe(at);
      };
      const first = Math.floor(rows / 8);
      await send(0, first);
      await readTo(first);
      const job = await place.engine.handlers['recogniser.activate'](recogniserId, streamId);
      expect((await place.engine.jobs.finished(job.id)).failure).toBeNull();
      await send(first, Math.floor(rows / 2));
      await place.restart();
      await send(Math.floor(rows / 2), rows);
      await readTo(rows);
      const { store } = place.engine;
      const stream = await store.read['stream.get'](streamId);
      const recogniser = loadRecogniser(await store.read['recogniser.checkpoint'](recogniserId));
      const causal = await causalSegments(streamId, stream.periodMs);
      const listed = async (): Promise<readonly KeptSegment[]> =>
        place.engine.handlers['segment.list'](streamId, ALWAYS);
      await expect.poll(async () => (await listed()).map(plain), POLL).toEqual(causal.map(plain));
      expect(new Set(causal.map(({ activity }) => activity)).size).toBeGreaterThan(2);

      // What all the rows give at once agrees up to the lag.
      const { windowMs, hopMs, lagMs } = (await store.read['recogniser.get'](recogniserId))!;
      expect(hopMs).toBe(recogniser.spec.hop * recogniser.spec.stepMs);
      const ribbon = await listed();
      await place.engine.handlers['feed.remove'](
        (await place.engine.handlers['feed.list']())[0].id,
      );
      const again = await place.engine.handlers['recogniser.activate'](recogniserId, streamId);
      await place.engine.jobs.finished(again.id);
      const whole = await listed();
      const until = live.t[rows - 1] - lagMs - windowMs;
      expect(agreement(ribbon, whole, until)).toBeGreaterThan(0.99);
    },
    TIMEOUT_MS + 900_000,
  );
});

async function causalSegments(streamId: number, period: number): Promise<ActivitySegment[]> {
  const { read } = place.engine.store;
  const card = (await read['recogniser.active'](streamId))!;
  const recogniser = loadRecogniser(await read['recogniser.checkpoint'](card.id));
  const stream = await read['stream.get'](streamId);
  const columns = card.channels.map((name) => stream.channels.findIndex((c) => c.name === name));
  const backend = createNodeWasmBackend({ build: 'plain', threads: 1 });
  const causal = new LiveSegments(recogniser, oneByOne(backend, recogniser), period);
  const batch = await read['stream.rows'](streamId, 0, 1e9);
  let found: ActivitySegment[] = [];
  batch.t.forEach((t, i) => {
    causal.push(
      t,
      columns.map((column) => batch.columns[column][i]),
    );
    const news = causal.take();
    if (news) found = [...found.filter(({ start }) => start < news.from), ...news.segments];
  });
  backend.dispose();
  return found;
}

/** Share of the time up to `until` in which both say the same. */
function agreement(
  a: readonly ActivitySegment[],
  b: readonly ActivitySegment[],
  until: number,
): number {
  let same = 0;
  for (const one of a) {
    for (const other of b) {
      const length = Math.min(one.end, other.end, until) - Math.max(one.start, other.start);
      if (length > 0 && one.activity === other.activity) same += length;
    }
  }
  return same / (until - a[0].start);
}
