import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewLabel } from '../../shared/domain/activity.ts';
import {
  batchOf,
  createStream,
  publish,
  temporaryStore,
  type TemporaryStore,
} from './temporary-store.ts';

let place: TemporaryStore;
let streams: number[];
beforeEach(async () => {
  place = await temporaryStore();
  streams = [];
  for (let i = 0; i < 2; i++) {
    const id = await createStream(place.store, 1);
    const rows = Array.from({ length: 100 }, (_, row) => [row * 1000, row]);
    await place.store.write['stream.append'](id, batchOf(rows, 1));
    await publish(place.store, id);
    streams.push(id);
  }
});
afterEach(() => place.remove());

const label = (start: number, end: number, activity = 'run'): NewLabel => ({
  ...{ kind: 'activity', activity, start, end, author: 'ann', note: '' },
});
const spans = async (streamId: number): Promise<unknown[]> => {
  const labels = await place.store.read['label.list'](streamId);
  return labels.map(({ start, end, activity }) => [start, end, activity]);
};

describe('labels', () => {
  it('of several streams are one step, taken back and done again, over restarts', async () => {
    const add = streams.map((streamId) => ({ streamId, label: label(0, 5000) }));
    const before = await place.store.write['label.edit']({ add });
    await place.store.write['label.undo'](streams[1]);
    for (const id of streams) expect(await spans(id)).toEqual([]);
    await place.reopen();
    await place.store.write['label.redo'](streams[0]);
    const after = await place.store.read['label.list'](streams[1]);
    expect(after).toEqual([before[1].after]);
    expect(await place.store.write['label.redo'](streams[0])).toEqual([]);
  });

  it('change, go and come back step by step', async () => {
    const [streamId] = streams;
    const add = [label(0, 5000), label(5000, 9000, 'idle')].map((one) => ({
      streamId,
      label: one,
    }));
    const [{ after }] = await place.store.write['label.edit']({ add });
    const { id } = after!;
    await place.store.write['label.edit']({ change: { id, change: { end: 4000 } } });
    await place.store.write['label.edit']({ remove: [id] });
    expect(await spans(streamId)).toEqual([[5000, 9000, 'idle']]);
    await place.store.write['label.undo'](streamId);
    await place.store.write['label.undo'](streamId);
    expect(await spans(streamId)).toEqual([
      [0, 5000, 'run'],
      [5000, 9000, 'idle'],
    ]);
    await place.store.write['label.edit']({ change: { id, change: { activity: 'ramp' } } });
    expect(await place.store.write['label.redo'](streamId)).toEqual([]);
    await place.store.write['label.undo'](streamId);
    await place.store.write['label.undo'](streamId);
    expect(await spans(streamId)).toEqual([]);
    expect(await place.store.write['label.undo'](streamId)).toEqual([]);
  });

  it('that cannot stand are refused in words, with all that came with them', async () => {
    const [streamId] = streams;
    const add = [label(0, 5000), label(4000, 9000, 'idle')].map((one) => ({
      streamId,
      label: one,
    }));
    await expect(place.store.write['label.edit']({ add })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('overlaps "run"') as string,
    });
    expect(await spans(streamId)).toEqual([]);
    const outside = { add: [{ streamId, label: label(100_000, 200_000) }] };
    await expect(place.store.write['label.edit'](outside)).rejects.toMatchObject({
      message: expect.stringContaining('outside of the recording') as string,
    });
    const [{ after }] = await place.store.write['label.edit']({ add: [add[0]] });
    const { id } = after!;
    const change = { change: { id, change: { end: -1 } } };
    await expect(place.store.write['label.edit'](change)).rejects.toMatchObject({
      code: 'bad-input',
    });
    expect(await spans(streamId)).toEqual([[0, 5000, 'run']]);
  });

  it('that were changed since on another stream are not taken back', async () => {
    const [one, two] = streams;
    const add = streams.map((streamId) => ({ streamId, label: label(0, 5000) }));
    const [, { after }] = await place.store.write['label.edit']({ add });
    const { id } = after!;
    await place.store.write['label.edit']({ change: { id, change: { end: 4000 } } });
    await expect(place.store.write['label.undo'](one)).rejects.toMatchObject({ code: 'conflict' });
    expect(await spans(one)).toEqual([[0, 5000, 'run']]);
    expect(await spans(two)).toEqual([[0, 4000, 'run']]);
  });
});

describe('segments', () => {
  const options = { name: 'R', streams: [], seed: 1 };
  const segment = (start: number, end: number, activity: string | null) => ({
    ...{ start, end, activity, confidence: 0.9 },
  });
  const listed = async (streamId: number): Promise<unknown[]> => {
    const all = await place.store.read['segment.list'](streamId, { from: 0, to: 1e9 });
    return all.map(({ start, end, activity, isEdited }) => [start, end, activity, isEdited]);
  };

  it('are found anew from a time on, beside what people corrected', async () => {
    const [streamId] = streams;
    const { write, read } = place.store;
    const id = await write['recogniser.create'](options);
    await write['recogniser.activate'](id, streamId);
    const commit = { state: null, readTo: 0 };
    const first = [segment(0, 10_000, 'idle'), segment(10_000, 30_000, 'run')];
    await write['segment.commit'](streamId, id, { ...commit, from: 0, segments: first });
    const [, run] = await read['segment.list'](streamId, { from: 0, to: 1e9 });
    const again = [segment(10_000, 20_000, 'run'), segment(20_000, 50_000, null)];
    await write['segment.commit'](streamId, id, { ...commit, from: 10_000, segments: again });
    const [, same, unknown] = await read['segment.list'](streamId, { from: 0, to: 1e9 });
    expect(same.id).toBe(run.id);
    await write['segment.correct'](unknown.id, {
      ...{ activity: 'wash', start: 25_000, end: 40_000, author: 'ann' },
    });
    await write['segment.commit'](streamId, id, { ...commit, from: 10_000, segments: again });
    expect(await listed(streamId)).toEqual([
      [0, 10_000, 'idle', false],
      [10_000, 20_000, 'run', false],
      [20_000, 25_000, null, false],
      [25_000, 40_000, 'wash', true],
      [40_000, 50_000, null, false],
    ]);
    await expect(
      write['segment.correct'](same.id, { activity: 'idle', end: 30_000, author: 'ann' }),
    ).rejects.toMatchObject({ message: expect.stringContaining('overlaps "wash"') as string });
  });

  it('of a recogniser that is not at work are not stored', async () => {
    const [streamId] = streams;
    const { write } = place.store;
    const id = await write['recogniser.create'](options);
    const commit = { from: 0, segments: [segment(0, 9000, 'run')], state: null, readTo: 0 };
    await write['segment.commit'](streamId, id, commit);
    await write['recogniser.activate'](id, streamId);
    expect(await listed(streamId)).toEqual([]);
  });
});
