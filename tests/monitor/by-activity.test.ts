/** A model that knows what goes on: learnt from what is stored, live, and in a bundle. */
import { provenanceOf } from '../../electron/engine/bundle/provenance.ts';
import { renderHtml } from '../../electron/engine/report/report-html.ts';
import { reportOf } from '../../electron/engine/report/report-of.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clockOrderOf, openKnownRows } from '../../electron/engine/activity/asked-recogniser.ts';
import { openBundle, packBundle } from '../../electron/engine/bundle/archive.ts';
import { readColumns, writeColumns } from '../../electron/engine/bundle/columns.ts';
import { verifyBundle } from '../../electron/engine/bundle/verify-bundle.ts';
import { writeBundle } from '../../electron/engine/bundle/write-bundle.ts';
import type { PipelineOrder } from '../../electron/engine/monitor/monitor-wire.ts';
import { Pipeline } from '../../electron/engine/monitor/pipeline.ts';
import type { MonitorCommit } from '../../electron/engine/store/live-records.ts';
import { wasmStepper } from '../../electron/engine/training/wasm-node.ts';
import type { LearnOptions, ModelCard } from '../../shared/domain/model.ts';
import { activityColumn, scoreColumnNames } from '../../shared/domain/score.ts';
import type { SampleBatch } from '../../shared/domain/stream.ts';
import { loadCheckpoint } from '../../shared/model/checkpoint.ts';
import { liveMachines, type LiveMachines } from '../activity/live-machines.ts';
import {
  csvLines,
  device,
  feedEngine,
  type Device,
  type FeedEngine,
} from '../ingest/feed-engine.ts';

const WAIT = { timeout: 60_000, interval: 50 };
const { learnt, live, channels, periodMs, options } = liveMachines(undefined);
const names = channels.map(({ name }) => name);
const ROWS = live.t.length;
const ACTIVITY = activityColumn(names.length);
/** In the middle of the third spell, so that two activities have seen enough rows. */
const LEARN: LearnOptions = {
  ...{ mode: 'reference', trainRows: 720, seed: 1 },
  ...{ backend: 'wasm-plain', effort: 'fast' },
};

let place: FeedEngine;
let sender: Device;
let recogniserId: number;
beforeAll(async () => {
  place = await feedEngine();
  sender = await device();
  recogniserId = await learnActivities();
}, 120_000);
afterAll(async () => {
  await place.remove();
  await sender.close();
});

async function stored(name: string, batch: SampleBatch): Promise<number> {
  const { write } = place.engine.store;
  const id = await write['stream.create']({ name, channels, periodMs, hasTime: true });
  const { t, columns } = batch;
  await write['stream.append'](id, {
    t: t.slice(),
    columns: columns.map((column) => column.slice()),
  });
  await write['stream.publish'](id, { periodMs, duplicates: 0, backward: 0, gaps: 0 });
  return id;
}

async function learnActivities(): Promise<number> {
  const streams: { streamId: number; group: string }[] = [];
  for (const { group, batch, labels } of learnt) {
    const streamId = await stored(group, batch);
    const add = labels.map((label: LiveMachines['learnt'][number]['labels'][number]) => ({
      ...{ streamId, label },
    }));
    await place.engine.store.write['label.edit']({ add });
    streams.push({ streamId, group });
  }
  const { engine } = place;
  const job = await engine.handlers['recogniser.train']({
    ...{ name: 'Modes', streams, seed: 1 },
    ...options,
  });
  expect((await engine.jobs.finished(job.id)).failure).toBeNull();
  return (await engine.handlers['recogniser.list']())[0].id;
}

async function activate(streamId: number): Promise<void> {
  const job = await place.engine.handlers['recogniser.activate'](recogniserId, streamId);
  expect((await place.engine.jobs.finished(job.id)).failure).toBeNull();
}

async function learn(streamId: number, byActivity: boolean): Promise<ModelCard> {
  const { engine } = place;
  const job = await engine.startLearn(streamId, { ...LEARN, ...(byActivity && { byActivity }) });
  expect((await engine.jobs.finished(job.id)).failure).toBeNull();
  return (await engine.store.read['model.active'](streamId))!;
}

const scoresOf = ({ id }: ModelCard): Promise<SampleBatch> =>
  place.engine.store.read['score.rows'](id, -Infinity, 1e6);

async function send(from: number, to: number): Promise<void> {
  const lines = Array.from({ length: to - from }, (_, i) => {
    const row = from + i;
    return `${[live.t[row], ...live.columns.map((column) => column[row])].join(',')}\n`;
  });
  await sender.send(lines.join(''));
}

/** The last row of which it is known what went on before more rows come. */
async function knownTo(streamId: number, card: ModelCard): Promise<number> {
  const { store } = place.engine;
  const stream = await store.read['stream.get'](streamId);
  const order = await clockOrderOf(store, stream, {
    ...{ mode: 'auto', seed: 1 },
    recogniser: card.recogniser,
  });
  const { known, dispose } = openKnownRows(order!, (after, limit) =>
    store.read['stream.rows'](streamId, after, limit),
  );
  let last = -Infinity;
  for (;;) {
    const { t } = await known.next(last, 4096);
    if (t.length === 0) break;
    last = t[t.length - 1];
  }
  dispose();
  return last;
}

describe('a model that is told what goes on', () => {
  let liveId: number;
  let wholeId: number;
  let coupled: ModelCard;
  beforeAll(async () => {
    wholeId = await stored('Whole', live);
    await activate(wholeId);
    coupled = await learn(wholeId, true);
  }, 120_000);

  it('has a normal of each activity, and keeps with each score what went on', async () => {
    expect(coupled.recogniser).toEqual({
      ...{ id: recogniserId, activities: ['idle', 'ramp', 'run'], periodMs },
    });
    const { t, columns } = await scoresOf(coupled);
    expect([...t]).toEqual([...live.t]);
    expect(columns.length).toBe(scoreColumnNames(names, coupled.recogniser!.activities).length);
    const [idle, run] = [0, 2].map((one) => columns[ACTIVITY].filter((a) => a === one).length);
    expect(Math.min(idle, run)).toBeGreaterThan(200);
    const plain = await learn(wholeId, false);
    expect(plain.recogniser).toBeUndefined();
    const without = await scoresOf(plain);
    expect(without.columns.length).toBe(ACTIVITY);
    // The same rows are forecast alike, and judged otherwise.
    expect(without.columns.slice(4)[0]).toEqual(columns.slice(4)[0]);
    expect(without.columns[0]).not.toEqual(columns[0]);
    await place.engine.store.write['model.purge'](plain.id);
  });

  it('says live, through a restart, what it says of stored rows', async () => {
    const feed = { name: 'Now', source: sender.source, decoder: csvLines(names) };
    liveId = (await place.engine.handlers['feed.create'](feed)).streamId;
    const rows = async (): Promise<number> =>
      (await place.engine.store.read['stream.get'](liveId)).rows;
    await send(0, 900);
    await expect.poll(rows, WAIT).toBe(900);
    await activate(liveId);
    const card = await learn(liveId, true);
    await send(900, 1100);
    await expect.poll(rows, WAIT).toBe(1100);
    await place.restart();
    await send(1100, ROWS);
    await expect.poll(rows, WAIT).toBe(ROWS);
    const last = await knownTo(liveId, card);
    expect(last).toBeLessThan(live.t[ROWS - 1]);
    expect(last).toBeGreaterThan(live.t[1100]);
    const newest = async (): Promise<number | undefined> => (await scoresOf(card)).t.at(-1);
    await expect.poll(newest, WAIT).toBe(last);
    const [found, whole] = [await scoresOf(card), await scoresOf(coupled)];
    const count = found.t.length;
    expect([...found.t]).toEqual([...live.t.subarray(0, count)]);
    expect(found.columns).toEqual(whole.columns.map((column) => column.slice(0, count)));
  });

  it('goes on after a crash as if nothing was', async () => {
    const { store } = place.engine;
    const stream = await store.read['stream.get'](wholeId);
    const { recogniser } = coupled;
    const whole = await scoresOf(coupled);
    const weights = await store.read['training.get'](coupled.id, 1);
    const scored: { t: number; activity: number }[] = [];
    const columns: number[][] = whole.columns.map(() => []);
    const saved: Uint8Array[] = [];
    const take = ({ scores, state }: MonitorCommit): Promise<void> => {
      scores.t.forEach((t, i) => scored.push({ t, activity: scores.columns[ACTIVITY][i] }));
      scores.columns.forEach((column, c) => columns[c].push(...column));
      if (state) saved.push(state);
      return Promise.resolve();
    };
    // Each is left as a crash leaves it: what was saved last is from when the first had learnt.
    for (const rows of [1000, 1100, ROWS]) {
      const order: PipelineOrder = {
        ...{ modelId: coupled.id, streamId: wholeId, mode: 'reference', channels: names },
        ...{ columns: [0, 1], hasTime: true, trainRows: 720, from: live.t[0] },
        options: { ...LEARN, recogniser },
        clock: await clockOrderOf(store, stream, { ...LEARN, recogniser }),
        // What is restored is views of these bytes.
        saved: saved.length > 0 ? Uint8Array.from(saved.at(-1)!) : null,
        scoredTo: scored.at(-1)?.t ?? null,
      };
      const pipeline = new Pipeline(order, {
        createStepper: wasmStepper,
        rows: async (after, limit) => {
          const { t, columns: all } = await store.read['stream.rows'](wholeId, after, limit);
          const stop = t.findLastIndex((time) => time <= live.t[rows - 1]) + 1;
          return { t: t.slice(0, stop), columns: all.map((column) => column.slice(0, stop)) };
        },
        scored: (after, limit) => {
          const later = scored.filter(({ t }) => t > after).slice(0, limit);
          return Promise.resolve({
            t: Float64Array.from(later, ({ t }) => t),
            columns: [Float64Array.from(later, ({ activity }) => activity)],
          });
        },
        commit: take,
        train: () => Promise.resolve(loadCheckpoint(weights).forecaster),
        tell: () => undefined,
        now: () => 0,
      });
      await pipeline.advance();
      pipeline.dispose();
    }
    const count = scored.length;
    expect(saved.length).toBe(1);
    expect(count).toBeGreaterThan(1100);
    expect(scored.map(({ t }) => t)).toEqual([...live.t.subarray(0, count)]);
    const expected = whole.columns.map((column) => [...column.slice(0, count)]);
    expect(columns).toEqual(expected);
  });

  it('is in a bundle that comes out the same, unless it is told otherwise', async () => {
    for (const streamId of [wholeId, liveId]) {
      const range = { from: live.t[800], to: live.t[1150] };
      const bytes = await writeBundle(place.engine.store, streamId, range, 'en', '1');
      const { broken, recomputed } = await verifyBundle(bytes);
      expect([broken, recomputed]).toEqual([[], { rows: 351, differing: 0, first: null }]);
      const { manifest, members } = openBundle(bytes);
      const rest = { ...members };
      delete rest['manifest.json'];
      delete rest['manifest.sha256'];
      const titles = scoreColumnNames(names, coupled.recogniser!.activities);
      const table = await readColumns('scores', rest['scores.parquet'], titles.length);
      table.columns[ACTIVITY].forEach((activity, i) => {
        table.columns[ACTIVITY][i] = activity === 0 ? 2 : 0;
      });
      rest['scores.parquet'] = writeColumns(table, titles);
      const forged = await verifyBundle(packBundle(rest, manifest!));
      expect(forged.recomputed!.differing).toBeGreaterThan(100);
    }
  });

  it('keeps the recogniser that tells it from being removed', async () => {
    const remove = place.engine.handlers['recogniser.remove'](recogniserId);
    await expect(remove).rejects.toThrow(
      /Model \d+ of Whole has a normal of each activity as "Modes"/,
    );
    expect(await place.engine.handlers['recogniser.list']()).toHaveLength(1);
    expect((await scoresOf(coupled)).t).toHaveLength(ROWS);
  });

  it('says in its report and provenance that it is told what goes on', async () => {
    const { store } = place.engine;
    const html = renderHtml(await reportOf(store, wholeId, 'en'));
    expect(html).toContain('A normal of each activity');
    expect(html).toContain('idle, ramp, run');
    const zh = renderHtml(await reportOf(store, wholeId, 'zh-CN'));
    expect(zh).toContain('各活动分别学习');
    const events = await store.read['event.list'](coupled.id);
    expect(events.length).toBeGreaterThan(0);
    const { model, recomputed } = await provenanceOf(store, wholeId, events[0].start, '1');
    expect(model.activities).toEqual(['idle', 'ramp', 'run']);
    expect(recomputed.differing).toBe(0);
  });

  it('is refused where nobody tells', async () => {
    const streamId = await stored('Untold', live);
    await expect(place.engine.startLearn(streamId, { ...LEARN, byActivity: true })).rejects.toThrow(
      'no active recogniser',
    );
  });
});
