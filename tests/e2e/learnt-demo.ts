/** The demo machine with a model, learnt the same way on every machine, and two judged events. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../electron/engine/engine.ts';

export interface LearntDemo {
  readonly workspace: string;
  readonly streamId: number;
  /** The strongest event. */
  readonly eventId: number;
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
    return { workspace, streamId, eventId: first.id };
  } finally {
    await engine.close();
  }
}
