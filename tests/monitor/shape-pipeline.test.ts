import { describe, expect, it } from 'vitest';
import {
  ShapePipeline,
  type ShapePipelineOrder,
} from '../../electron/engine/monitor/shape-pipeline.ts';
import type { ShapeCommit } from '../../electron/engine/store/live-records.ts';
import type { ShapeFound } from '../../shared/detect/shape-watch.ts';
import type { SampleBatch } from '../../shared/domain/stream.ts';
import { createRandom } from '../../shared/math/prng.ts';

const ORDER = {
  ...{ modelId: 1, streamId: 1, channels: ['x'], columns: [0], trainRows: 600 },
  ...{ channelsMax: 1, from: 0, saved: null },
};

/** Beats of 30 rows; those of these numbers are turned round. */
const random = createRandom(4);
const x = Float64Array.from({ length: 3000 }, (_, i) => {
  const turn = (2 * Math.PI * (i % 30)) / 30;
  const way = Math.floor(i / 30) === 51 ? -1 : 1;
  return Math.sin(turn) + way * 0.5 * Math.sin(2 * turn) + 0.02 * random.normal();
});
const t = Float64Array.from(x, (_, i) => i);

function rows(after: number, limit: number): Promise<SampleBatch> {
  const [from, to] = [after + 1, after + 1 + limit];
  return Promise.resolve({ t: t.slice(from, to), columns: [x.slice(from, to)] });
}

/** What is kept: the newest word of each mark, and the last state. */
class Kept {
  readonly marks = new Map<string, ShapeFound>();
  saved: ShapePipelineOrder['saved'] = null;

  commit({ found, state, savedTo }: ShapeCommit): Promise<void> {
    for (const one of found) this.marks.set(`${one.channel} ${one.start}`, one);
    if (state) this.saved = { state, savedTo };
    return Promise.resolve();
  }

  open(
    commit: (commit: ShapeCommit) => Promise<void> = (done) => this.commit(done),
  ): ShapePipeline {
    return new ShapePipeline({ ...ORDER, saved: this.saved }, { rows, commit, now: () => 0 });
  }
}

async function whole(): Promise<Kept> {
  const kept = new Kept();
  const pipeline = kept.open();
  await pipeline.advance(() => false);
  await pipeline.finish();
  return kept;
}

describe('the watch for odd shapes', () => {
  it('goes on where it was put away, while it learns and in the middle of a mark', async () => {
    const expected = await whole();
    expect([...expected.marks.values()]).toMatchObject([{ channel: 'x', isOpen: false }]);
    const kept = new Kept();
    // After batches of 512 rows: while it learns, behind that, and in the mark, from 1530 on.
    for (let stops = 0; stops < 3; stops++) {
      let left = 1;
      const pipeline = kept.open();
      await pipeline.advance(() => left-- === 0);
      await pipeline.close();
    }
    expect([...kept.marks.values()]).toMatchObject([{ isOpen: true }]);
    const last = kept.open();
    await last.advance(() => false);
    await last.finish();
    expect(kept.marks).toEqual(expected.marks);
  });

  it('keeps what could not be stored for the next time', async () => {
    const kept = new Kept();
    let isFull = true;
    const pipeline = kept.open((done) => {
      if (isFull && done.found.length > 0) return Promise.reject(new Error('The disk is full.'));
      return kept.commit(done);
    });
    await expect(pipeline.advance(() => false)).rejects.toThrow('The disk is full.');
    isFull = false;
    await pipeline.advance(() => false);
    await pipeline.finish();
    expect(kept.marks).toEqual((await whole()).marks);
  });
});
