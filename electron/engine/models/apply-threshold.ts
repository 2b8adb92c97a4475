/**
 * A threshold put in force: the stored rows go through a new detector that takes the weights of the
 * active model where it asks for a training. Scores stay as they are, events are those that the
 * threshold makes of them, and the model from before is there to go back to.
 */
import { Failure } from '../../../shared/contract/failure.ts';
import type { JobState } from '../../../shared/domain/job.ts';
import type { LearnOptions } from '../../../shared/domain/model.ts';
import type { ThresholdSpec } from '../../../shared/domain/threshold.ts';
import { modelSource } from '../bundle/model-source.ts';
import type { Engine } from '../engine.ts';

/** Throws Failure not-found when nothing was learnt, or what that takes is no longer kept. */
export async function applyThreshold(
  engine: Engine,
  streamId: number,
  threshold: ThresholdSpec,
): Promise<JobState> {
  const { stream, card } = await modelSource(engine.store, streamId);
  if (!stream.range || stream.range.from > card.trainRange.from) {
    throw new Failure(
      'not-found',
      `The rows that ${stream.name} was learnt from are no longer kept; learn it again with the ` +
        'new threshold.',
    );
  }
  const {
    id: weightsOf,
    mode,
    channels,
    seed,
    trainRange: train,
    exclude = [],
    backend,
    recogniser,
  } = card;
  const shapes = card.shapes === undefined ? 'off' : 'on';
  const same: LearnOptions = { mode, channels, seed, train, exclude, backend, recogniser, shapes };
  return engine.startLearn(streamId, { ...same, threshold, weightsOf });
}
