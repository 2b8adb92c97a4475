/**
 * What a model expected instead of an event: the rows before it go through the detector again with
 * the weights of then, and from there on the forecast is fed with itself.
 */
import { Failure } from '../../../shared/contract/failure.ts';
import type { Expectation } from '../../../shared/domain/expectation.ts';
import type { Reads } from '../store/local-reads.ts';
import { modelSource, scoredRows } from './model-source.ts';
import { Replay } from './replay.ts';

/** Beyond, a forecast fed with itself tells nothing any more. */
const STEPS_MAX = 2000;
const STEPS_MIN = 40;
/** Goes on behind the event for this share of its length. */
const BEYOND = 1.5;

/** Throws Failure not-found when the event is unknown, or what it takes is no longer kept. */
export async function expectedInstead(
  store: Reads,
  streamId: number,
  start: number,
): Promise<Expectation> {
  const source = await modelSource(store, streamId);
  const { card, spec, stream } = source;
  const event = (await store.read['event.list'](card.id)).find((one) => one.start === start);
  if (!event) throw new Failure('not-found', 'The newest model of this stream has no such event.');
  const replay = new Replay(spec, source.trainings);
  let last = NaN;
  for await (const { rows, scores } of scoredRows(store, source, start - 1)) {
    await replay.push(rows, scores, () => undefined);
    last = rows.t.at(-1) ?? last;
  }
  if (Number.isNaN(last)) throw new Failure('not-found', 'No row before this event is kept.');
  const { periodMs } = stream;
  const wanted = Math.ceil(((1 + BEYOND) * (event.end - start)) / periodMs) + STEPS_MIN;
  const steps = Math.min(STEPS_MAX, wanted);
  const values = replay.detector.foresee(last, periodMs, steps);
  const t = Float64Array.from({ length: steps }, (_, i) => last + (i + 1) * periodMs);
  return { names: card.channels, t, values };
}
