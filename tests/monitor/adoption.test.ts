/** Weights are adopted at their own row, whenever the training that gave them ended. */
import { describe, expect, it } from 'vitest';
import type { PipelineOrder } from '../../electron/engine/monitor/monitor-wire.ts';
import { Pipeline } from '../../electron/engine/monitor/pipeline.ts';
import type { MonitorCommit } from '../../electron/engine/store/live-records.ts';
import { createLocalBackend } from '../../electron/engine/training/local-backend.ts';
import { wasmStepper } from '../../electron/engine/training/wasm-node.ts';
import { scoreColumnNames } from '../../shared/domain/score.ts';
import type { Forecaster } from '../../shared/model/forecaster.ts';
import type { TrainingOrder } from '../../shared/train/order.ts';
import { openTraining } from '../../shared/train/order.ts';
import { machine, specOf } from '../detect/run-detector.ts';

const STEP_MS = 100;
const ROWS = 320;
const { channels, trainRows } = specOf('stream', 1, 64);
/** The second training is at 164, and for the row 5.2 s later. */
const TRAINED_AT = 164;
const ADOPTED_AT = TRAINED_AT + 52;
const { columns } = machine({ rows: ROWS, channels: 1, seed: 7 });
const t = Float64Array.from({ length: ROWS }, (_, i) => i * STEP_MS);

function trainNow(order: TrainingOrder): Forecaster {
  const backend = createLocalBackend('wasm-plain', 1);
  const { trainer, forecaster } = openTraining(backend, order, null);
  while (trainer.end === null) trainer.advance();
  trainer.finish();
  backend.dispose();
  return forecaster;
}

/** A store in memory, and a model that scores what it has. */
class Bench {
  rows = 0;
  trainings = 0;
  /** The second training ends when this does. */
  gate: Promise<void> = Promise.resolve();
  saved: Uint8Array | null = null;
  readonly scored = new Map<number, number[]>();
  /** Rows scored when a state was saved. */
  readonly savedAt: number[] = [];

  open(): Pipeline {
    const scoredTo = this.scored.size === 0 ? null : t[this.scored.size - 1];
    const order: PipelineOrder = {
      ...{ modelId: 1, streamId: 1, mode: 'stream' as const, channels, columns: [0], trainRows },
      ...{ hasTime: true, options: { mode: 'stream' as const, seed: 1 }, from: 0, clock: null },
      ...{ saved: this.saved, scoredTo },
    };
    const some = (after: number, limit: number, rows: number) => {
      const first = t.findIndex((time) => time > after);
      const end = first < 0 ? 0 : Math.min(rows, first + limit);
      const range = [Math.max(0, first), Math.max(0, first, end)] as const;
      return { t: t.slice(...range), columns: columns.map((column) => column.slice(...range)) };
    };
    return new Pipeline(order, {
      createStepper: wasmStepper,
      rows: (after, limit) => Promise.resolve(some(after, limit, this.rows)),
      scored: (after, limit) =>
        Promise.resolve({ ...some(after, limit, this.scored.size), columns: [] }),
      commit: (commit) => Promise.resolve(this.commit(commit)),
      train: async (training) => {
        if (++this.trainings > 1) await this.gate;
        return trainNow(training);
      },
      tell: () => undefined,
      // Time enough between two words for a state to be saved, if it can be.
      now: () => (this.clock += 20_000),
    });
  }

  private clock = 0;

  private commit({ scores, state }: MonitorCommit): void {
    scores.t.forEach((time, i) => {
      expect(this.scored.has(time)).toBe(false);
      this.scored.set(
        time,
        scores.columns.map((column) => column[i]),
      );
    });
    if (!state) return;
    this.saved = state;
    this.savedAt.push(this.scored.size);
  }
}

/** What is said when every training ends at once. */
async function expected(): Promise<ReadonlyMap<number, number[]>> {
  const bench = new Bench();
  bench.rows = ROWS;
  const pipeline = bench.open();
  await pipeline.advance();
  pipeline.dispose();
  expect(bench.scored.size).toBe(ROWS);
  expect(bench.scored.get(0)).toHaveLength(scoreColumnNames(channels).length);
  return bench.scored;
}

describe('a training of a live model', () => {
  it('leaves scoring alone until the row that its weights are for', async () => {
    const bench = new Bench();
    const { promise, resolve } = Promise.withResolvers<void>();
    bench.gate = promise;
    const pipeline = bench.open();
    bench.rows = ADOPTED_AT - 1;
    await pipeline.advance();
    expect([bench.trainings, bench.scored.size]).toEqual([2, ADOPTED_AT - 1]);
    expect(bench.savedAt.filter((rows) => rows > TRAINED_AT)).toEqual([]);
    bench.rows = ROWS;
    const rest = pipeline.advance();
    await expect.poll(() => bench.scored.size).toBe(ADOPTED_AT);
    resolve();
    await rest;
    pipeline.dispose();
    expect(bench.scored).toEqual(await expected());
  });

  it('is begun again where its model was closed or lost before it ended', async () => {
    for (const rows of [TRAINED_AT, TRAINED_AT + 20]) {
      const bench = new Bench();
      bench.gate = new Promise(() => undefined);
      bench.rows = rows;
      const first = bench.open();
      await first.advance();
      await first.close();
      first.dispose();
      expect([bench.trainings, bench.scored.size]).toEqual([2, rows]);
      bench.gate = Promise.resolve();
      bench.rows = ROWS;
      const second = bench.open();
      await second.advance();
      second.dispose();
      expect(bench.scored).toEqual(await expected());
    }
  });

  it('is not begun again when its weights only wait for their row', async () => {
    const bench = new Bench();
    bench.rows = ADOPTED_AT - 10;
    const first = bench.open();
    await first.advance();
    await expect
      .poll(async () => {
        await first.close();
        return bench.savedAt.at(-1);
      })
      .toBe(ADOPTED_AT - 10);
    first.dispose();
    bench.rows = ROWS;
    const second = bench.open();
    await second.advance();
    second.dispose();
    expect(bench.trainings).toBe(2);
    expect(bench.scored).toEqual(await expected());
  });
});
