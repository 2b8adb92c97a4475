import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeptEvent } from '../../shared/domain/kept-event.ts';
import type { SampleBatch } from '../../shared/domain/stream.ts';
import { createRandom } from '../../shared/math/prng.ts';
import {
  csvLines,
  device,
  feedEngine,
  type Device,
  type FeedEngine,
} from '../ingest/feed-engine.ts';

const START_MS = Date.UTC(2026, 0, 1);
/** So fast that the weights of the training at row 512 are for row 564. */
const STEP_MS = 100;
const WAIT = { timeout: 50_000, interval: 50 };
const LEARN = { mode: 'stream', trainRows: 256, seed: 1, backend: 'wasm' } as const;

/** A wave with noise, and a fault of 30 rows from `faultAt` on. */
function machine(rows: number, faultAt: number): SampleBatch {
  const random = createRandom(9);
  const value = (i: number): number => {
    const fault = i >= faultAt && i < faultAt + 30 ? 5 : 0;
    return Number((10 + Math.sin(i / 8) + 0.1 * random.normal() + fault).toFixed(4));
  };
  return {
    t: Float64Array.from({ length: rows }, (_, i) => START_MS + i * STEP_MS),
    columns: [Float64Array.from({ length: rows }, (_, i) => value(i))],
  };
}

const lines = ({ t, columns }: SampleBatch, from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `${t[from + i]},${columns[0][from + i]}\n`).join('');

/** Without what keeping adds. */
const plain = ({
  start,
  end,
  peakTime,
  peakScore,
  severity,
  channels,
  kind,
}: KeptEvent): object => ({
  ...{ start, end, peakTime, peakScore, severity, channels, kind },
});

let place: FeedEngine;
let sender: Device;
beforeEach(async () => {
  place = await feedEngine();
  sender = await device();
});
afterEach(async () => {
  await place.remove();
  await sender.close();
});

async function learnt(batch: SampleBatch): Promise<{ id: number; streamId: number }> {
  const { store, jobs } = place.engine;
  const channels = [{ name: 'load', unit: '' }];
  const stream = { name: 'Replay', channels, periodMs: STEP_MS, hasTime: true };
  const streamId = await store.write['stream.create'](stream);
  const { t, columns } = batch;
  await store.write['stream.append'](streamId, { t: t.slice(), columns: [columns[0].slice()] });
  const counted = { periodMs: STEP_MS, duplicates: 0, backward: 0, gaps: 0 };
  await store.write['stream.publish'](streamId, counted);
  const job = await place.engine.startLearn(streamId, LEARN);
  expect((await jobs.finished(job.id)).failure).toBeNull();
  return { id: (await store.read['model.active'](streamId))!.id, streamId };
}

/** Scores up to a time, and the events closed by then. */
async function found(id: number, to: number): Promise<object> {
  const scores = await place.engine.store.read['score.rows'](id, -Infinity, 1e6);
  const inside = scores.t.findLastIndex((t) => t <= to) + 1;
  const events = await place.engine.store.read['event.list'](id);
  return {
    t: [...scores.t.slice(0, inside)],
    columns: scores.columns.map((column) => [...column.slice(0, inside)]),
    events: events.filter(({ end }) => end < to).map(plain),
  };
}

describe('a live model', () => {
  it('says of rows as they come, through three restarts, what a replay of them says', async () => {
    const rows = 700;
    const batch = machine(rows, 600);
    const feed = { name: 'Live', source: sender.source, decoder: csvLines(['load']), learn: LEARN };
    const { streamId } = await place.engine.handlers['feed.create'](feed);
    const scoredTo = async (): Promise<number | null> => {
      const [monitor] = await place.engine.handlers['monitor.list'](streamId);
      return monitor?.scoredTo ?? null;
    };
    let sent = 0;
    // While it learns or soon after, while new weights wait for their row, amid the fault.
    for (const stop of [300, 540, 610, rows]) {
      for (; sent < stop; sent++) await sender.send(lines(batch, sent, sent + 1));
      if (stop > 300) await expect.poll(scoredTo, WAIT).toBe(batch.t[stop - 1]);
      else {
        const stored = async (): Promise<number> =>
          (await place.engine.store.read['stream.get'](streamId)).rows;
        await expect.poll(stored, WAIT).toBe(stop);
      }
      if (stop < rows) await place.restart();
    }
    const [monitor] = await place.engine.handlers['monitor.list'](streamId);
    expect(monitor).toMatchObject({ role: 'active', phase: 'scoring' });
    const card = await place.engine.handlers['model.active'](streamId);
    expect(card).toMatchObject({ id: monitor.modelId, trainRows: 256, mode: 'stream' });
    const replay = await learnt(batch);
    const last = batch.t[rows - 1];
    const live = await found(monitor.modelId, last);
    expect(live).toEqual(await found(replay.id, last));
    const events = await place.engine.store.read['event.list'](monitor.modelId);
    expect(events.some(({ start }) => Math.abs(start - batch.t[600]) < 5 * STEP_MS)).toBe(true);
  });

  it('goes on where a learning run ended, with weights that wait for their row', async () => {
    const rows = 700;
    const batch = machine(rows, 620);
    const feed = { name: 'Live', source: sender.source, decoder: csvLines(['load']) };
    const { streamId } = await place.engine.handlers['feed.create'](feed);
    await sender.send(lines(batch, 0, 540));
    const { store } = place.engine;
    const stored = async (): Promise<number> => (await store.read['stream.get'](streamId)).rows;
    await expect.poll(stored, WAIT).toBe(540);
    const job = await place.engine.startLearn(streamId, LEARN);
    expect((await place.engine.jobs.finished(job.id)).failure).toBeNull();
    await sender.send(lines(batch, 540, rows));
    const [{ modelId }] = await place.engine.handlers['monitor.list'](streamId);
    const scored = async (): Promise<number> =>
      (await store.read['score.rows'](modelId, -Infinity, 1e6)).t.length;
    await expect.poll(scored, WAIT).toBe(rows);
    const replay = await learnt(batch);
    const last = batch.t[rows - 1];
    expect(await found(modelId, last)).toEqual(await found(replay.id, last));
  });
});
