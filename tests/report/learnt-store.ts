/** A store with a learnt stream whose events are as many as wanted, made without a training. */
import type { AnomalyEvent, Severity } from '../../shared/domain/event.ts';
import type { ModelCard } from '../../shared/domain/model.ts';
import { channelColumn, scoreColumnNames } from '../../shared/domain/score.ts';
import type { Channel, SampleBatch } from '../../shared/domain/stream.ts';
import type { Store } from '../../electron/engine/store/store-api.ts';

export const START_MS = Date.UTC(2026, 2, 1);
export const PERIOD_MS = 1000;
const SEVERITIES: readonly Severity[] = ['low', 'medium', 'high'];

export interface Learnt {
  readonly rows: number;
  readonly channels: readonly Channel[];
  readonly events: number;
  readonly name?: string;
}

/** Answers the stream's id. A row in every hundred is missing in the first channel. */
export async function learntStream(store: Store, learnt: Learnt): Promise<number> {
  const { rows, channels, events, name = 'Press 7' } = learnt;
  const stream = { name, channels, periodMs: PERIOD_MS, hasTime: true };
  const id = await store.write['stream.create'](stream);
  const names = channels.map((channel) => channel.name);
  await store.write['stream.append'](id, samples(rows, channels.length));
  const counted = { periodMs: PERIOD_MS, duplicates: 1, backward: 2, gaps: 0 };
  await store.write['stream.publish'](id, counted);
  const options = { mode: 'stream', seed: 1 } as const;
  const { modelId } = await store.write['job.create'](id, names, options);
  await store.write['score.append'](modelId, scores(rows, names));
  const card = cardOf(modelId, id, names);
  const found = Array.from({ length: events }, (_, i) => eventAt(i, rows, events, names));
  await store.write['model.publish'](card, Uint8Array.of(1, 2, 3), found);
  return id;
}

const timesOf = (rows: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, i) => START_MS + i * PERIOD_MS);

function samples(rows: number, channels: number): SampleBatch {
  const columns = Array.from({ length: channels }, (_, k) =>
    Float64Array.from({ length: rows }, (_, i) =>
      k === 0 && i % 100 === 50 ? NaN : 10 * (k + 1) + Math.sin(i / 9 + k),
    ),
  );
  return { t: timesOf(rows), columns };
}

function scores(rows: number, names: readonly string[]): SampleBatch {
  const columns = scoreColumnNames(names).map(() => new Float64Array(rows));
  for (let i = 0; i < rows; i++) {
    columns[0][i] = 1 + Math.abs(Math.sin(i / 50));
    columns[2][i] = 2.8;
    names.forEach((_, k) => {
      const at = 10 * (k + 1) + Math.sin((i - 1) / 9 + k);
      columns[channelColumn(k, 'prediction')][i] = at;
      columns[channelColumn(k, 'low')][i] = at - 0.3;
      columns[channelColumn(k, 'high')][i] = at + 0.3;
      columns[channelColumn(k, 'residual')][i] = Math.sin(i / 9 + k) - Math.sin((i - 1) / 9 + k);
    });
  }
  return { t: timesOf(rows), columns };
}

function eventAt(i: number, rows: number, all: number, names: readonly string[]): AnomalyEvent {
  const start = START_MS + Math.floor(((i + 0.5) / all) * rows) * PERIOD_MS;
  const first = names[i % names.length];
  const others = names.filter((name) => name !== first);
  return {
    start,
    end: start + (i % 5) * PERIOD_MS,
    peakTime: start,
    peakScore: 3 + (i % 17) / 7,
    severity: SEVERITIES[i % 3],
    kind: 'level-shift',
    evidence: { before: 10, during: 12 },
    channels: [
      {
        name: first,
        share: 0.7,
        observed: 12.345 + i / 8,
        expectedLow: 9,
        expectedHigh: 11.25,
        stoodOut: true,
      },
      ...others.slice(0, 1).map((name) => {
        return {
          name,
          share: 0.3,
          observed: NaN,
          expectedLow: NaN,
          expectedHigh: NaN,
          stoodOut: false,
        };
      }),
    ],
    provisional: i % 2 === 0,
  };
}

export function cardOf(id: number, streamId: number, channels: readonly string[]): ModelCard {
  return {
    ...{ id, streamId, mode: 'stream', channels },
    trainRange: { from: START_MS, to: START_MS + 100 * PERIOD_MS },
    ...{ trainRows: 101, seed: 1, hidden: 32, horizons: [1, 4, 16], parameterCount: 4000 },
    ...{ backend: 'wasm', trainings: 1, threshold: 2.8, checkpointSha256: 'ab'.repeat(32) },
    lossCurve: [1, 2, 3].map((step) => ({ step, train: 1 / step, validation: null })),
  };
}
