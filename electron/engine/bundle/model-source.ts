/** What a replay needs of a model, from the store. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { DetectionSpec } from '../../../shared/detect/spec.ts';
import type { ModelCard } from '../../../shared/domain/model.ts';
import type { SampleBatch, StreamInfo } from '../../../shared/domain/stream.ts';
import type { Reads } from '../store/local-reads.ts';
import type { Trainings } from './replay.ts';

const ROWS_PER_READ = 4096;

export interface ModelSource {
  readonly stream: StreamInfo;
  readonly card: ModelCard;
  readonly spec: DetectionSpec;
  readonly trainings: Trainings;
}

/** Rows that were scored, with their scores. */
export interface ScoredBatch {
  /** Of the model's channels, in its order. */
  readonly rows: SampleBatch;
  readonly scores: readonly Float64Array[];
}

export function specOf(card: ModelCard, stream: Pick<StreamInfo, 'hasTime'>): DetectionSpec {
  const { mode, channels, trainRows, seed, exclude, thresholdSpec: threshold } = card;
  const { hasTime } = stream;
  const activities = card.recogniser?.activities;
  const asked = {
    ...(exclude && { exclude }),
    ...(threshold && { threshold }),
    ...(activities && { activities }),
  };
  return { mode, channels, trainRows, seed, hasTime, ...asked };
}

/** Throws Failure not-found when nothing was learnt, or its trainings were not kept. */
export async function modelSource(store: Reads, streamId: number): Promise<ModelSource> {
  const stream = await store.read['stream.get'](streamId);
  const card = await store.read['model.active'](streamId);
  if (!card) {
    throw new Failure(
      'not-found',
      `Nothing has been learnt of ${stream.name} yet; learn its normal behaviour first.`,
    );
  }
  const kept = await store.read['training.count'](card.id);
  if (kept < card.trainings) {
    throw new Failure(
      'not-found',
      `The model of ${stream.name} was learnt by a version that kept ${kept} of its ` +
        `${card.trainings} trainings; learn it again to make its scores verifiable.`,
    );
  }
  const trainings: Trainings = (number) => store.read['training.get'](card.id, number);
  return { stream, card, spec: specOf(card, stream), trainings };
}

/**
 * In time order up to `to`. Rows that have no score (they came too late) are left out. Throws
 * Failure not-found when the first rows are no longer kept.
 */
export async function* scoredRows(
  store: Reads,
  { stream, card }: ModelSource,
  to: number,
): AsyncGenerator<ScoredBatch> {
  const columns = card.channels.map((name) => stream.channels.findIndex((c) => c.name === name));
  for (let after = -Infinity; ;) {
    const scores = await store.read['score.rows'](card.id, after, ROWS_PER_READ);
    if (scores.t.length === 0) return;
    if (after === -Infinity && scores.t[0] > card.trainRange.from) {
      throw new Failure(
        'not-found',
        `The rows that ${stream.name} was learnt from are no longer kept; nothing can be ` +
          'computed again without them.',
      );
    }
    const last = scores.t[scores.t.length - 1];
    const stored = await rowsBetween(store, stream.id, scores.t[0], last);
    const kept = [...scores.t.keys()].filter((i) => scores.t[i] <= to && stored.has(scores.t[i]));
    const pick = (column: Float64Array): Float64Array => Float64Array.from(kept, (i) => column[i]);
    const value = (i: number, column: number): number => stored.get(scores.t[i])![column];
    const rows = columns.map((column) => Float64Array.from(kept, (i) => value(i, column)));
    yield { rows: { t: pick(scores.t), columns: rows }, scores: scores.columns.map(pick) };
    if (last >= to) return;
    after = last;
  }
}

/** Values of all channels by time. */
async function rowsBetween(
  store: Reads,
  streamId: number,
  from: number,
  to: number,
): Promise<Map<number, Float64Array>> {
  const found = new Map<number, Float64Array>();
  for (let after = from - 1; after < to;) {
    const { t, columns } = await store.read['stream.rows'](streamId, after, ROWS_PER_READ);
    if (t.length === 0) break;
    t.forEach((time, i) =>
      found.set(
        time,
        Float64Array.from(columns, (column) => column[i]),
      ),
    );
    after = t[t.length - 1];
  }
  return found;
}
