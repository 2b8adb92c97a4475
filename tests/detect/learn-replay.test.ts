import { describe, expect, it } from 'vitest';
import {
  packLearnState,
  unpackLearnState,
  type LearnState,
} from '../../electron/engine/training/learn-state.ts';
import { learn, type LearnHost, type LearnOutcome } from '../../electron/engine/training/learn.ts';
import { localSession } from '../../electron/engine/training/session.ts';
import type { TrainingProgress } from '../../shared/domain/job.ts';
import type { LossPoint, TrainingNote } from '../../shared/domain/model.ts';
import type { TrainingOrder } from '../../shared/train/order.ts';
import { scoreColumnNames } from '../../shared/domain/score.ts';
import type { SampleBatch, StreamInfo } from '../../shared/domain/stream.ts';
import { createReferenceBackend } from '../../shared/model/backends/reference/reference.ts';
import { loadCheckpoint } from '../../shared/model/checkpoint.ts';
import { referenceStepper } from '../../shared/model/stepper.ts';
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

/** What the host hears on the way. */
interface Told {
  readonly training: TrainingProgress[];
  readonly losses: LossPoint[];
  readonly notes: TrainingNote[];
}

const hearing = (): Told => ({ training: [], losses: [], notes: [] });

interface Learnt {
  readonly outcome: LearnOutcome;
  readonly columns: readonly number[][];
  readonly times: readonly number[];
}

const spec = { mode: 'stream', channels: ['load'], trainRows: 100, seed: SEED } as const;

/**
 * Learns from a store that hands out as many rows at a time as `size` says, and puts itself away
 * whenever `pauses` says so, to go on from a copy of what it saved.
 */
async function learnInPages(
  size: () => number,
  pauses = () => false,
  more: Partial<TrainingOrder['options']> = {},
  told = hearing(),
): Promise<Learnt> {
  const columns = scoreColumnNames(['load']).map((): number[] => []);
  const times: number[] = [];
  const page = (after: number, limit: number): SampleBatch => {
    const from = batch.t.findIndex((t) => t > after);
    const start = from < 0 ? ROWS : from;
    const end = start + Math.min(limit, size());
    const cut = (column: Float64Array): Float64Array => column.slice(start, end);
    return { t: cut(batch.t), columns: batch.columns.map(cut) };
  };
  const host: Omit<LearnHost, 'save'> = {
    stream,
    options: { mode: 'stream', trainRows: 100, seed: SEED, backend: 'reference' },
    createStepper: referenceStepper,
    rows: (after, limit) => Promise.resolve(page(after, limit)),
    scores: ({ t, columns: scores }) => {
      times.push(...t);
      scores.forEach((column, c) => columns[c].push(...column));
      return Promise.resolve();
    },
    progress: () => undefined,
    training: (progress) => told.training.push(progress),
    loss: (point) => told.losses.push(point),
    note: (note) => told.notes.push(note),
    saveMs: Infinity,
    recalled: () => Promise.resolve(null),
    trained: () => Promise.resolve(),
    choose: () => Promise.resolve({ name: 'reference', reason: { code: 'asked' } }),
    chosen: () => undefined,
    open: (_, { options, ...order }, state) => {
      const altered = { ...order, options: { ...options, ...more } };
      return Promise.resolve(localSession(createReferenceBackend(), altered, state));
    },
    clock: null,
    isLive: false,
    isPausing: pauses,
  };
  let saved: LearnState | null = null;
  for (;;) {
    const save = (state: LearnState): Promise<void> => {
      saved = unpackLearnState(packLearnState(state));
      return Promise.resolve();
    };
    const outcome = await learn({ ...host, save }, saved);
    if (outcome) return { outcome, columns, times };
  }
}

/** Epochs, losses and the gradients of every layer. */
function checkTold(told: Told, lossCurve: readonly LossPoint[]): void {
  expect(told.training.at(-1)).toMatchObject({ epoch: 15, epochs: 15, windowsPerStep: 16 });
  expect(told.training.at(-1)!.loss).toBe(lossCurve[14].train);
  expect(told.notes).toEqual([]);
  expect(lossCurve).toEqual(told.losses);
  expect(Object.keys(lossCurve[0].gradients!)).toEqual(['gru.l0', 'head', 'skip']);
}

describe('learning a stored stream', () => {
  it('in pages of any size gives what scoring in one go gives', async () => {
    const random = createRandom(6);
    const pages = await learnInPages(() => 1 + random.integer(40));
    expect(pages.times).toEqual([...batch.t]);
    expect(pages.outcome.card.trainings).toBe(2);
    expect(pages.outcome.events.length).toBeGreaterThan(0);
    const live = await detect({ ...spec, hasTime: true }, batch);
    expect(live.columns.map((column) => [...column])).toEqual(pages.columns);
    expect(live.events).toEqual(pages.outcome.events);
  });

  it('put away again and again, also within a training, gives the same bits', async () => {
    const told = hearing();
    const whole = await learnInPages(() => 64, undefined, {}, told);
    checkTold(told, whole.outcome.card.lossCurve);
    let asked = 0;
    let pauses = 0;
    const broken = await learnInPages(
      () => 64,
      () => {
        const now = ++asked % 2 === 0;
        if (now) pauses++;
        return now;
      },
    );
    expect(pauses).toBeGreaterThan(5);
    expect(broken).toEqual(whole);
  });

  it('keeps the last good weights when the loss stops being a number, and says so', async () => {
    const told = hearing();
    const wild: Partial<TrainingOrder['options']> = {
      ...{ optimiser: { name: 'sgd' }, learningRate: 1e-70, clipNorm: undefined },
      ...{ schedule: { name: 'exponential', factor: 1e15 } },
    };
    const { outcome } = await learnInPages(() => 64, undefined, wild, told);
    const { notes, lossCurve, trainings } = outcome.card;
    expect(notes).toEqual(told.notes);
    expect(notes!.length).toBe(trainings);
    expect(notes![0]).toMatchObject({ code: 'diverged', training: 1 });
    const bad = lossCurve.find(({ step }) => step === notes![0].step)!;
    expect(bad.train).not.toSatisfy(Number.isFinite);
    expect(outcome.events).toBeInstanceOf(Array);
    const { parameters } = loadCheckpoint(outcome.checkpoint).forecaster;
    for (const { data } of parameters.values()) expect(data.every(Number.isFinite)).toBe(true);
  });
});
