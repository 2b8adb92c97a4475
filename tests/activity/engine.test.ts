/** Labels, a training, segments, corrections: through the engine, as a window asks for them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import type { RecogniserOptions } from '../../shared/domain/recogniser.ts';
import type { JobState } from '../../shared/domain/job.ts';
import {
  MODE_CHANNELS,
  MODE_START_MS,
  MODE_STEP_MS,
  MODES,
  modeLabels,
  modeRows,
} from './machine-modes.ts';

const DAY = [0, 1, 2, 0, 1, 2, 0].map((mode) => [mode, 160] as const);
const OTHER_DAY = [2, 0, 1, 2, 0].map((mode) => [mode, 160] as const);
const ALWAYS = { from: 0, to: Number.MAX_SAFE_INTEGER };
const windowMs = 32 * MODE_STEP_MS;

let folder: string;
let engine: Engine;
const streams: number[] = [];
const open = (): Promise<Engine> =>
  createEngine({
    ...{ workspace: join(folder, 'workspace'), shell: 'browser', version: '0' },
    resumesJobs: true,
  });

async function store(day: readonly (readonly [number, number])[], seed: number): Promise<number> {
  const { write } = engine.store;
  const stream = { name: `Mill ${seed}`, channels: MODE_CHANNELS, periodMs: MODE_STEP_MS };
  const id = await write['stream.create']({ ...stream, hasTime: true });
  await write['stream.append'](id, modeRows(day, seed));
  const counted = { periodMs: MODE_STEP_MS, duplicates: 0, backward: 0, gaps: 0 };
  await write['stream.publish'](id, counted);
  return id;
}

const options = (over: Partial<RecogniserOptions> = {}): RecogniserOptions => ({
  name: 'Modes',
  streams: streams.slice(0, 4).map((streamId, i) => ({ streamId, group: `mill ${i}` })),
  ...{ windowMs, seed: 1, epochs: 4 },
  ...over,
});

const end = (job: JobState): Promise<JobState> => engine.jobs.finished(job.id);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offbeat-activities-'));
  engine = await open();
  for (let seed = 1; seed <= 4; seed++) {
    const id = await store(DAY, seed);
    streams.push(id);
    const [first, ...rest] = modeLabels(DAY);
    await engine.handlers['label.add']([id], first);
    for (const label of rest) await engine.handlers['label.add']([id], label);
  }
  streams.push(await store(OTHER_DAY, 9));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

describe('labels', () => {
  it('give every activity a colour of its own', async () => {
    const classes = await engine.handlers['activity.classes']();
    expect(classes.map(({ name }) => name)).toEqual(['idle', 'ramp', 'run']);
    expect(new Set(classes.map(({ colour }) => colour)).size).toBe(3);
  });

  it('leave as a file and come back from it', async () => {
    const from = streams[0];
    const { text, fileName } = await engine.handlers['label.export'](from, 'csv');
    expect(fileName).toBe('Mill 1.labels.csv');
    const bytes = new TextEncoder().encode(text);
    const to = await store(DAY, 5);
    const upload = await engine.handlers['upload.begin'](fileName, bytes.length);
    await engine.handlers['upload.append'](upload, bytes);
    const added = await engine.handlers['label.import'](to, upload, { author: 'ann' });
    const plain = (labels: typeof added) =>
      labels.map(({ activity, start, end: last }) => [activity, start, last]);
    expect(plain(added)).toEqual(plain(await engine.handlers['label.list'](from)));
    // One step for all of them.
    await engine.handlers['label.undo'](to);
    expect(await engine.handlers['label.list'](to)).toEqual([]);
    await engine.handlers['label.redo'](to);
    expect(plain(await engine.handlers['label.list'](to))).toEqual(plain(added));
  });
});

describe('a recogniser', () => {
  let id: number;
  let other: number;
  beforeAll(async () => {
    other = streams[4];
    const job = await end(await engine.handlers['recogniser.train'](options()));
    expect(job).toMatchObject({ kind: 'recognise', status: 'done', failure: null });
    expect(job.lossCurve.length).toBeGreaterThan(1);
    id = (await engine.handlers['recogniser.list']())[0].id;
    const done = await end(await engine.handlers['recogniser.activate'](id, other));
    expect(done).toMatchObject({ status: 'done', failure: null });
  });

  it('says what it learnt from and how it does on a machine it did not', async () => {
    const [card] = await engine.handlers['recogniser.list']();
    expect(card).toMatchObject({
      ...{ name: 'Modes', classes: ['idle', 'ramp', 'run'], windowMs, network: 'conv-gru' },
      channels: ['speed', 'vibration'],
      labelledMs: [12 * 16_000, 8 * 16_000, 8 * 16_000],
    });
    expect(card.heldOut?.groups).toHaveLength(1);
    expect(card.heldOut?.scores.accuracy).toBeGreaterThan(0.95);
    expect(await engine.handlers['recogniser.active'](other)).toEqual(card);
  });

  it('finds the modes of a new machine', async () => {
    // What it cannot know for sure around a change may be called unknown.
    const all = await engine.handlers['segment.list'](other, ALWAYS);
    const found = all.filter(({ activity }) => activity !== null);
    for (let i = 1; i < all.length; i++) expect(all[i].start).toBe(all[i - 1].end);
    expect(found.map(({ activity }) => activity)).toEqual(['run', 'idle', 'ramp', 'run', 'idle']);
    OTHER_DAY.forEach(([mode], i) => {
      const middle = MODE_START_MS + (i + 0.5) * 16_000;
      const there = found.find((one) => one.start <= middle && one.end > middle);
      expect(there?.activity).toBe(MODES[mode]);
    });
  });

  it('tells what its labels never show', async () => {
    expect(await engine.handlers['problem.list'](other, ALWAYS)).toEqual([]);
    const straight = await store(
      [0, 2, 0, 1, 2].map((mode) => [mode, 160] as const),
      11,
    );
    await end(await engine.handlers['recogniser.activate'](id, straight));
    const found = await engine.handlers['problem.list'](straight, ALWAYS);
    expect(found.map(({ kind, detail }) => [kind, detail])).toEqual([['order', 'idle → run']]);
  });

  it('is judged by the labels of a stream', async () => {
    const learnt = await engine.handlers['recogniser.evaluate'](id, streams[0]);
    expect(learnt).toMatchObject({ wasLearntFrom: true, classes: ['idle', 'ramp', 'run'] });
    expect(learnt.scores.accuracy).toBeGreaterThan(0.95);
    expect(learnt.segments.f1[2]).toBeGreaterThan(0.9);
    await expect(engine.handlers['recogniser.evaluate'](id, other)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('holds a whole window') as string,
    });
  });

  it('counts the time of each activity', async () => {
    const { source, days, bouts, transitions } = await engine.handlers['activity.statistics'](
      other,
      null,
    );
    expect(source).toBe('segments');
    expect(days).toHaveLength(1);
    const known = bouts.filter(({ activity }) => activity !== '');
    expect(known.map(({ activity, count }) => [activity, count]).sort()).toEqual([
      ['idle', 2],
      ['ramp', 1],
      ['run', 2],
    ]);
    const { fileName, text } = await engine.handlers['activity.export'](other, 'bouts');
    expect(fileName).toBe('Mill 9.bouts.csv');
    const longest = bouts.find(({ activity }) => activity === 'run')!;
    expect(text.split('\n')[0]).toBe('activity,bouts,total_ms,mean_ms,longest_ms');
    expect(text).toContain(`run,2,${longest.totalMs},${longest.meanMs},${longest.longestMs}\n`);
    const place = (name: string): number => transitions.activities.indexOf(name);
    expect(transitions.counts[place('idle')][place('ramp')]).toBe(1);
    expect(transitions.counts[place('idle')][place('run')]).toBe(0);
  });

  it('says where a label would teach most, and proposes segments to name', async () => {
    const doubtful = await engine.handlers['activity.worthLabelling'](other, 3);
    expect(doubtful.length).toBeGreaterThan(0);
    expect(doubtful.map(({ margin }) => margin)).toEqual(
      doubtful.map(({ margin }) => margin).toSorted((a, b) => a - b),
    );
    const proposed = await engine.handlers['activity.proposals'](other);
    expect(proposed.length).toBeGreaterThanOrEqual(3);
    const unnamed = await engine.handlers['activity.proposals'](streams[0]);
    expect(new Set(unnamed.map(({ group }) => group)).size).toBeGreaterThanOrEqual(2);
    await expect(engine.handlers['activity.worthLabelling'](streams[0], 3)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('lets a person correct a segment, which is a label from then on and stays', async () => {
    const before = await engine.handlers['segment.list'](other, ALWAYS);
    const cut = before[2].start + 4000;
    const corrected = await engine.handlers['segment.change'](before[2].id, {
      ...{ activity: 'wash', start: cut, author: 'ann' },
    });
    expect(corrected.label).toMatchObject({ activity: 'wash', start: cut, end: before[2].end });
    const after = await engine.handlers['segment.list'](other, ALWAYS);
    expect(after.map(({ start, end: last }) => [start, last])).toEqual([
      [before[0].start, before[0].end],
      [before[1].start, cut],
      [cut, before[2].end],
      ...before.slice(3).map(({ start, end: last }) => [start, last]),
    ]);
    expect(after[2]).toMatchObject({ activity: 'wash', isEdited: true, confidence: 1 });
    await engine.close();
    engine = await open();
    expect(await engine.handlers['segment.list'](other, ALWAYS)).toEqual(after);
    expect(await engine.handlers['label.list'](other)).toEqual([corrected.label]);

    // Its border again: the label it became goes along. Then both steps back, and forth.
    const { id } = after[2];
    await engine.handlers['segment.change'](id, { start: cut + 2000, author: 'ann' });
    const moved = await engine.handlers['segment.list'](other, ALWAYS);
    expect(moved[1].end).toBe(cut + 2000);
    expect(await engine.handlers['label.list'](other)).toMatchObject([{ start: cut + 2000 }]);
    await engine.handlers['label.undo'](other);
    expect(await engine.handlers['segment.list'](other, ALWAYS)).toEqual(after);
    await engine.handlers['label.undo'](other);
    expect(await engine.handlers['segment.list'](other, ALWAYS)).toEqual(before);
    expect(await engine.handlers['label.list'](other)).toEqual([]);
    await engine.handlers['label.redo'](other);
    expect(await engine.handlers['segment.list'](other, ALWAYS)).toEqual(after);
  });

  it('takes a correction back too where the segments were found anew since', async () => {
    await end(await engine.handlers['recogniser.activate'](id, other));
    await engine.handlers['label.undo'](other);
    expect(await engine.handlers['label.list'](other)).toEqual([]);
    const segments = await engine.handlers['segment.list'](other, ALWAYS);
    expect(segments.filter(({ isEdited }) => isEdited)).toEqual([]);
  });

  it('shows row by row what of a file cannot stand, and takes the rest when told', async () => {
    const at = (step: number): string => new Date(MODE_START_MS + step * 1000).toISOString();
    const rows = [
      `${at(0)},${at(4)},idle`,
      `${at(3)},${at(6)},run`,
      `${at(8)},${at(7)},run`,
      'soon,later,run',
      '2001-01-01,2001-01-02,run',
      `${at(10)},${at(12)},run`,
    ];
    const bytes = new TextEncoder().encode(['start,end,label', ...rows, ''].join('\n'));
    const upload = await engine.handlers['upload.begin']('labels.csv', bytes.length);
    await engine.handlers['upload.append'](upload, bytes);
    const preview = await engine.handlers['label.preview'](other, upload, { author: 'ann' });
    expect(preview).toMatchObject({ format: 'csv', fittingCount: 2, refusedCount: 4 });
    expect(preview.refused.map((one) => [one.place, 'fault' in one || one.refusal.code])).toEqual([
      [3, 'overlap'],
      [4, 'ends-early'],
      [5, true],
      [6, 'outside'],
    ]);
    await expect(
      engine.handlers['label.import'](other, upload, { author: 'ann' }),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/Line 3: .*overlaps "idle".*Line 6:/),
    });
    expect(await engine.handlers['label.list'](other)).toEqual([]);
    const taken = { author: 'ann', leaveOut: true };
    await engine.handlers['label.import'](other, upload, taken);
    const labels = await engine.handlers['label.list'](other);
    expect(labels.map(({ activity }) => activity)).toEqual(['idle', 'run']);
    await engine.handlers['label.undo'](other);
    expect(await engine.handlers['label.list'](other)).toEqual([]);
  });

  it('leaves nothing when its training is cancelled, or has too little to learn from', async () => {
    const job = await engine.handlers['recogniser.train'](options({ name: 'Away' }));
    engine.jobs.cancel(job.id);
    expect((await end(job)).status).toBe('cancelled');
    const poor = options({ streams: [{ streamId: other, group: 'x' }] });
    const failed = await end(await engine.handlers['recogniser.train'](poor));
    expect(failed).toMatchObject({ status: 'failed', failure: { code: 'bad-input' } });
    expect(await engine.handlers['recogniser.list']()).toHaveLength(1);
    expect(await engine.store.read['recogniser.unfinished']()).toEqual([]);
  });

  it('is learnt after all when the engine ended before it was', async () => {
    await engine.handlers['recogniser.train'](options({ name: 'Later' }));
    await engine.close();
    engine = await open();
    const [job] = engine.jobs.list();
    expect((await end(job)).status).toBe('done');
    expect((await engine.handlers['recogniser.list']()).at(-1)).toMatchObject({ name: 'Later' });
  });

  it('goes with its segments', async () => {
    await engine.handlers['recogniser.remove'](id);
    expect(await engine.handlers['segment.list'](other, ALWAYS)).toEqual([]);
    expect(await engine.handlers['recogniser.active'](other)).toBeNull();
    const { source } = await engine.handlers['activity.statistics'](other, null);
    expect(source).toBe('labels');
  });
});
