/** The demo machine with a model, learnt the same way on every machine, and two judged events. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';

export interface LearntDemo {
  readonly workspace: string;
  readonly streamId: number;
  /** The strongest event. */
  readonly eventId: number;
  /** All of it, as a bundle. */
  readonly bundle: Buffer;
}

export async function learntDemo(): Promise<LearntDemo> {
  const workspace = mkdtempSync(join(tmpdir(), 'offbeat-learnt-'));
  const engine = await createEngine({ workspace, shell: 'browser', version: '0.0.0' });
  try {
    await engine.jobs.finished(engine.startDemo().id);
    const [{ id: streamId, rows }] = await engine.store.read['stream.list']();
    for (const seed of [1, 2]) {
      const learning = await engine.startLearn(streamId, {
        ...{ mode: 'reference', trainRows: Math.ceil(rows / 4), seed },
        ...{ effort: 'fast', backend: 'wasm-plain' },
      });
      await engine.jobs.finished(learning.id);
    }
    const card = (await engine.store.read['model.active'](streamId))!;
    const events = await engine.store.read['event.list'](card.id);
    const [first, second] = events;
    await engine.handlers['event.triage'](first.id, { verdict: 'confirmed', acknowledged: true });
    await engine.handlers['event.triage'](second.id, { verdict: 'dismissed', acknowledged: true });
    await label(engine, streamId);
    const bundle = await pack(engine, streamId);
    return { workspace, streamId, eventId: first.id, bundle };
  } finally {
    await engine.close();
  }
}

async function pack({ handlers, jobs }: Engine, streamId: number): Promise<Buffer> {
  const job = await handlers['bundle.start'](streamId, { language: 'en', range: null });
  await jobs.finished(job.id);
  const result = await handlers['job.result'](job.id);
  if (result.kind !== 'file') throw new Error(`A bundle was expected, not ${result.kind}.`);
  return Buffer.from(result.file.bytes);
}

/** Days and nights of the first half, told by hand. */
async function label({ handlers, store }: Engine, streamId: number): Promise<void> {
  const { range } = await store.read['stream.get'](streamId);
  const hour = 3_600_000;
  for (let day = 0; day < 6; day++) {
    const at = range!.from + 24 * day * hour;
    for (const [activity, from, to] of [
      ['Low load', 0, 6],
      ['Day shift', 6, 22],
    ] as const) {
      const stretch = { start: at + from * hour, end: at + to * hour };
      const told = { ...stretch, kind: 'activity', activity, author: '', note: '' } as const;
      await handlers['label.add']([streamId], told);
    }
  }
}
