/** A recogniser over all that is stored of a stream: segments by the likeliest course. */
import { recogniseSegments } from '../../../shared/activity/recognise.ts';
import { loadRecogniser } from '../../../shared/activity/recogniser-checkpoint.ts';
import type { ActivitySegment } from '../../../shared/domain/activity.ts';
import type { ActivityOrder } from './activity-wire.ts';
import type { ActivityPlace } from './activity-worker.ts';
import { readParts } from './read-stretches.ts';

type Order = Extract<ActivityOrder, { readonly task: 'segments' }>;

export async function recogniseStream(
  place: ActivityPlace,
  { stream, checkpoint }: Order,
): Promise<readonly ActivitySegment[]> {
  const recogniser = loadRecogniser(checkpoint);
  const { spec } = recogniser;
  const all: ActivitySegment[] = [];
  for await (const { stretches, recording } of readParts(place, stream, recogniser)) {
    const [first, ...rest] = recogniseSegments(recogniser, stretches, recording.start);
    if (!first) continue;
    const before = all.at(-1);
    if (before && first.start - before.end < spec.window * spec.stepMs) {
      // Parts end where memory does, not where anything changed.
      all[all.length - 1] = { ...before, end: first.start };
      if (before.activity === first.activity) all[all.length - 1] = joined(before, first);
      else all.push(first);
    } else all.push(first);
    all.push(...rest);
  }
  return all;
}

function joined(a: ActivitySegment, b: ActivitySegment): ActivitySegment {
  const [lengthA, lengthB] = [a.end - a.start, b.end - b.start];
  const confidence = (lengthA * a.confidence + lengthB * b.confidence) / (lengthA + lengthB);
  return { ...a, end: b.end, confidence };
}
