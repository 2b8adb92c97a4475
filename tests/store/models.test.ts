import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnomalyEvent } from '../../shared/domain/event.ts';
import type { ModelCard } from '../../shared/domain/model.ts';
import { scoreColumnNames } from '../../shared/domain/score.ts';
import {
  batchOf,
  createStream,
  publish,
  rowsOf,
  temporaryStore,
  type Row,
  type TemporaryStore,
} from './temporary-store.ts';

let temporary: TemporaryStore;
let streamId: number;
beforeEach(async () => {
  temporary = await temporaryStore();
  streamId = await createStream(temporary.store, 1);
  await temporary.store.write['stream.append'](streamId, batchOf([[0, 1]], 1));
  await publish(temporary.store, streamId);
});
afterEach(() => temporary.remove());

const channels = ['pressure'];
const width = scoreColumnNames(channels).length;

function cardOf(id: number, seed = 1): ModelCard {
  return {
    id,
    streamId,
    mode: 'stream',
    channels,
    trainRange: { from: 0, to: 1000 },
    trainRows: 100,
    seed,
    hidden: 32,
    horizons: [1, 4, 16],
    parameterCount: 12,
    backend: 'reference',
    trainings: 2,
    lossCurve: [{ step: 10, train: 0.5, validation: null }],
    threshold: 2.8,
    checkpointSha256: 'ab',
  };
}

function eventAt(start: number): AnomalyEvent {
  return {
    start,
    end: start + 5,
    peakTime: start + 1,
    peakScore: 3.1,
    severity: 'medium',
    kind: 'drift',
    evidence: { before: NaN, during: 2 },
    channels: [
      {
        ...{ name: 'pressure', share: 1, observed: NaN, expectedLow: -1.5, expectedHigh: NaN },
        stoodOut: true,
      },
    ],
    provisional: true,
  };
}

/** Events as they are kept, without what keeping adds. */
async function eventsOf(id: number): Promise<AnomalyEvent[]> {
  const kept = await temporary.store.read['event.list'](id);
  return kept.map(({ id: eventId, modelId, streamId: of, isOpen, triage, ...event }) => {
    expect([modelId, of, isOpen]).toEqual([id, streamId, false]);
    expect(eventId).toBeGreaterThan(0);
    expect(triage).toEqual({ acknowledged: null, verdict: null, note: '', label: '' });
    return event;
  });
}

function scoreRows(count: number): Row[] {
  return Array.from({ length: count }, (_, i) => [
    i * 1000,
    ...Array.from({ length: width }, (_, c) => ((i + c) % 5 === 0 ? NaN : i + c / 8)),
  ]);
}

const options = { mode: 'stream', seed: 1 } as const;

async function createModel(of: readonly string[] = channels): Promise<number> {
  const { modelId } = await temporary.store.write['job.create'](streamId, of, options);
  return modelId;
}

describe('a model', () => {
  it('appears with card, checkpoint and events at once', async () => {
    const { read, write } = temporary.store;
    const id = await createModel();
    expect(await read['model.active'](streamId)).toBeNull();
    await expect(read['model.checkpoint'](id)).rejects.toMatchObject({ code: 'not-found' });
    const checkpoint = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251);
    const events = [eventAt(500), eventAt(20), eventAt(300)];
    await write['model.publish'](cardOf(id), checkpoint, events);
    for (let opened = 0; opened < 2; opened++) {
      const { read } = temporary.store;
      expect(await read['model.active'](streamId)).toEqual(cardOf(id));
      expect(await read['model.checkpoint'](id)).toEqual(checkpoint);
      expect(await eventsOf(id)).toEqual([eventAt(20), eventAt(300), eventAt(500)]);
      await temporary.reopen();
    }
  });

  it('proposes to learn again where the normal moved, never from confirmed incidents', async () => {
    const { read, write } = temporary.store;
    const { modelId } = await write['monitor.create'](streamId, channels, options, 'active');
    const commit = (scoredTo: number, since: number | null) =>
      write['monitor.commit'](modelId, {
        scores: { t: new Float64Array(), columns: [] },
        events: [{ event: eventAt(1500), isOpen: false }],
        ...{ scoredTo, moved: since === null ? null : { since, times: 1.8 } },
        ...{ state: null, card: null, checkpoint: null },
      });
    const { events } = await commit(2000, null);
    const all = { from: 0, to: 9000 };
    expect(await read['problem.list'](streamId, all)).toEqual([]);
    await write['event.triage'](events[0].id, { verdict: 'confirmed' }, 1);
    await commit(3000, 1000);
    await commit(4000, 1000);
    const proposal = { kind: 'moved', start: 1000, end: 4000, found: 1.8, expected: 1 };
    expect(await read['problem.list'](streamId, all)).toMatchObject([proposal]);
    // Nearly all of it is the incident.
    await commit(1505, 1499);
    expect(await read['problem.list'](streamId, all)).toHaveLength(1);
  });

  it('keeps its scores, in pages and as a view', async () => {
    const { read, write } = temporary.store;
    const id = await createModel();
    const rows = scoreRows(500);
    await write['score.append'](id, batchOf(rows.slice(0, 300), width));
    await write['score.append'](id, batchOf(rows.slice(300), width));
    await write['model.publish'](cardOf(id), Uint8Array.of(1), []);
    expect(rowsOf(await read['score.rows'](id, -Infinity, 400))).toEqual(rows.slice(0, 400));
    expect(rowsOf(await read['score.rows'](id, 399_000, 400))).toEqual(rows.slice(400));
    const view = await read['score.view'](id, { from: 0, to: 499_000 }, 50);
    expect(view.names).toEqual(scoreColumnNames(channels));
    expect(view.t.length).toBeLessThanOrEqual(50);
    expect(Math.max(...view.max[0])).toBe(499);
  });

  it('may have 2000 channels; more than 4096 are refused in words', async () => {
    const many = Array.from({ length: 2000 }, (_, k) => `c${k}`);
    const columns = scoreColumnNames(many).length;
    const { read, write } = temporary.store;
    const id = await createModel(many);
    const rows = Array.from({ length: 70 }, (_, i) => [
      i * 1000,
      ...Array.from({ length: columns }, (_, c) => i - c),
    ]);
    await write['score.append'](id, batchOf(rows, columns));
    expect(rowsOf(await read['score.rows'](id, -Infinity, 100))).toEqual(rows);
    const tooMany = createModel(Array.from({ length: 4097 }, (_, k) => `c${k}`));
    await expect(tooMany).rejects.toMatchObject({ code: 'bad-input', message: /^4097 .* 4096/ });
  });

  it('takes the place of an older one, which stays', async () => {
    const { read, write } = temporary.store;
    const ids = [];
    for (const seed of [1, 2]) {
      const id = await createModel();
      await write['model.publish'](cardOf(id, seed), Uint8Array.of(seed), [eventAt(seed)]);
      ids.push(id);
    }
    expect(await read['model.active'](streamId)).toEqual(cardOf(ids[1], 2));
    expect(await eventsOf(ids[0])).toEqual([eventAt(1)]);
    await write['model.purge'](ids[1]);
    expect(await read['model.active'](streamId)).toEqual(cardOf(ids[0], 1));
    expect(await eventsOf(ids[1])).toEqual([]);
    const gone = { code: 'not-found' };
    await expect(read['score.rows'](ids[1], 0, 1)).rejects.toMatchObject(gone);
    await expect(write['score.append'](ids[1], batchOf([], width))).rejects.toMatchObject(gone);
  });

  it('whose run was given up is gone, scores and all', async () => {
    const id = await createModel();
    const { read, write } = temporary.store;
    await write['score.append'](id, batchOf(scoreRows(10), width));
    await write['model.purge'](id);
    await expect(read['score.rows'](id, 0, 1)).rejects.toMatchObject({ code: 'not-found' });
    const publishing = write['model.publish'](cardOf(id), Uint8Array.of(1), [eventAt(1)]);
    await expect(publishing).rejects.toMatchObject({ code: 'not-found' });
    expect(await eventsOf(id)).toEqual([]);
    expect(await read['job.list']()).toEqual([]);
  });

  it('goes with its stream', async () => {
    const { read, write } = temporary.store;
    const id = await createModel();
    await write['model.publish'](cardOf(id), Uint8Array.of(1), [eventAt(1)]);
    await write['stream.purge'](streamId);
    expect(await eventsOf(id)).toEqual([]);
    await expect(read['model.checkpoint'](id)).rejects.toMatchObject({ code: 'not-found' });
    const again = createModel();
    await expect(again).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a learning run', () => {
  it('is there after a new start with what it saved, until its model is published', async () => {
    const made = await temporary.store.write['job.create'](streamId, channels, options);
    const { jobId, modelId } = made;
    expect(made).toMatchObject({ streamId, options, isPaused: false });
    expect(await temporary.store.read['job.state'](jobId)).toBeNull();
    await temporary.store.write['job.save'](jobId, Uint8Array.of(1, 2, 3));
    await temporary.store.write['job.pause'](jobId, true);
    await temporary.store.write['score.append'](modelId, batchOf(scoreRows(10), width));
    await temporary.reopen();
    const { read, write } = temporary.store;
    expect(await read['job.list']()).toEqual([{ ...made, isPaused: true }]);
    expect(await read['job.state'](jobId)).toEqual(Uint8Array.of(1, 2, 3));
    expect(rowsOf(await read['score.rows'](modelId, -Infinity, 100))).toHaveLength(10);
    await write['model.publish'](cardOf(modelId), Uint8Array.of(1), []);
    expect(await read['job.list']()).toEqual([]);
    expect(await read['job.state'](jobId)).toBeNull();
  });

  it('goes with its stream', async () => {
    await createModel();
    await temporary.store.write['stream.purge'](streamId);
    expect(await temporary.store.read['job.list']()).toEqual([]);
  });
});

it('remembers which backend was the faster', async () => {
  const { read, write } = temporary.store;
  expect(await read['choice.get']('this card')).toBeNull();
  for (const name of ['wasm', 'webgl'] as const) {
    const choice = { name, reason: { code: 'measured', webglMs: 1, wasmMs: 2 } } as const;
    await write['choice.set']('this card', choice);
    expect(await read['choice.get']('this card')).toEqual(choice);
  }
});
