import { describe, expect, it } from 'vitest';
import { learn, type LearnOutcome } from '../../electron/engine/training/learn.ts';
import { scoreColumnNames } from '../../shared/domain/score.ts';
import type { SampleBatch, StreamInfo } from '../../shared/domain/stream.ts';
import { createRandom } from '../../shared/math/prng.ts';
import { detect, machine, MINUTE_MS } from './run-detector.ts';

const ROWS = 300;
const SEED = 5;
const batch = machine({
  rows: ROWS,
  channels: 1,
  seed: 41,
  fault: (_, i) => (i >= 240 && i < 246 ? 5 : 0),
});
batch.columns[0].fill(NaN, 210, 220);

const stream: StreamInfo = {
  id: 1,
  name: 'Machine',
  channels: [{ name: 'load', unit: '' }],
  rows: ROWS,
  range: { from: batch.t[0], to: batch.t[ROWS - 1] },
  periodMs: MINUTE_MS,
  hasTime: true,
  quarantined: 0,
  duplicates: 0,
  backward: 0,
  gaps: 0,
};

interface Learnt {
  readonly outcome: LearnOutcome;
  readonly columns: readonly number[][];
  readonly times: readonly number[];
}

/** Learns from a store that hands out as many rows at a time as `size` says. */
async function learnInPages(size: () => number): Promise<Learnt> {
  const columns = scoreColumnNames(['load']).map((): number[] => []);
  const times: number[] = [];
  const page = (after: number, limit: number): SampleBatch => {
    const from = batch.t.findIndex((t) => t > after);
    const start = from < 0 ? ROWS : from;
    const end = start + Math.min(limit, size());
    const cut = (column: Float64Array): Float64Array => column.slice(start, end);
    return { t: cut(batch.t), columns: batch.columns.map(cut) };
  };
  const outcome = await learn({
    stream,
    options: { mode: 'stream', trainRows: 100, seed: SEED },
    rows: (after, limit) => Promise.resolve(page(after, limit)),
    scores: ({ t, columns: scores }) => {
      times.push(...t);
      scores.forEach((column, c) => columns[c].push(...column));
      return Promise.resolve();
    },
    progress: () => undefined,
    loss: () => undefined,
  });
  return { outcome, columns, times };
}

describe('learning a stored stream', () => {
  it('in pages of any size gives what scoring in one go gives', async () => {
    const random = createRandom(6);
    const pages = await learnInPages(() => 1 + random.integer(40));
    expect(pages.times).toEqual([...batch.t]);
    expect(pages.outcome.card.trainings).toBe(2);
    expect(pages.outcome.events.length).toBeGreaterThan(0);
    const spec = { mode: 'stream', channels: ['load'], trainRows: 100, seed: SEED } as const;
    const live = await detect({ ...spec, hasTime: true }, batch);
    expect(live.columns.map((column) => [...column])).toEqual(pages.columns);
    expect(live.events).toEqual(pages.outcome.events);
  });
});
