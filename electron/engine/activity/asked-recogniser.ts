/** The recogniser that tells a model what goes on: which it is, and the rows as it tells them. */
import { ActivityClock } from '../../../shared/activity/activity-clock.ts';
import { KnownRows } from '../../../shared/activity/known-rows.ts';
import { loadRecogniser } from '../../../shared/activity/recogniser-checkpoint.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import type { LearnOptions } from '../../../shared/domain/model.ts';
import type { SampleBatch, StreamInfo } from '../../../shared/domain/stream.ts';
import { oneByOne } from '../monitor/ribbon-pipeline.ts';
import type { Reads } from '../store/local-reads.ts';
import { createNodeWasmBackend } from '../training/wasm-node.ts';
import { columnsOf } from './read-stretches.ts';

/** What a thread needs to know what goes on. */
export interface ClockOrder {
  readonly checkpoint: Uint8Array;
  /** Place of each channel it reads among the columns of the stream. */
  readonly columns: readonly number[];
  /** Between rows, ms. */
  readonly periodMs: number;
}

/**
 * Options in which the recogniser is named, so that another one made active later changes nothing.
 * Throws Failure bad-input where the stream has no active one.
 */
export async function withRecogniser(
  { read }: Pick<Reads, 'read'>,
  { id: streamId, name, periodMs }: StreamInfo,
  options: LearnOptions,
): Promise<LearnOptions> {
  if (!options.byActivity || options.recogniser) return options;
  const card = await read['recogniser.active'](streamId);
  if (!card) {
    throw new Failure(
      'bad-input',
      `${name} has no active recogniser, so nobody knows what it is doing; make one active on ` +
        'the page of its activities, or learn one normal of all.',
    );
  }
  const { spec } = loadRecogniser(await read['recogniser.checkpoint'](card.id));
  return { ...options, recogniser: { id: card.id, activities: spec.classes, periodMs } };
}

/** null: nobody is asked. Throws Failure when the recogniser or its channels are gone. */
export async function clockOrderOf(
  { read }: Pick<Reads, 'read'>,
  stream: StreamInfo,
  { recogniser }: LearnOptions,
): Promise<ClockOrder | null> {
  if (!recogniser) return null;
  const { id, periodMs } = recogniser;
  const { channels } = await read['recogniser.get'](id);
  const checkpoint = await read['recogniser.checkpoint'](id);
  return { checkpoint, columns: columnsOf(stream, channels), periodMs };
}

/** The plain kernels: the same answers on every machine. `dispose` when no more rows are asked. */
export function openKnownRows(
  { checkpoint, columns, periodMs }: ClockOrder,
  read: (after: number, limit: number) => Promise<SampleBatch>,
): { readonly known: KnownRows; dispose(): void } {
  const backend = createNodeWasmBackend({ build: 'plain', threads: 1 });
  const recogniser = loadRecogniser(checkpoint);
  const clock = new ActivityClock(recogniser, oneByOne(backend, recogniser), periodMs);
  return { known: new KnownRows(clock, columns, read), dispose: () => backend.dispose() };
}
