/** Where a label would teach the recogniser most, over all that is stored of a stream. */
import { loadRecogniser } from '../../../shared/activity/recogniser-checkpoint.ts';
import { SEGMENT_WINDOWS_MIN } from '../../../shared/activity/segments.ts';
import { worthLabelling } from '../../../shared/activity/worth-labelling.ts';
import type { DoubtfulStretch } from '../../../shared/domain/activity.ts';
import type { ActivityOrder } from './activity-wire.ts';
import type { ActivityPlace } from './activity-worker.ts';
import { readParts } from './read-stretches.ts';

/** Long enough to see what goes on. */
const WINDOWS = 2 * SEGMENT_WINDOWS_MIN;

type Order = Extract<ActivityOrder, { readonly task: 'doubtful' }>;

/** Worst first. */
export async function doubtfulStretches(
  place: ActivityPlace,
  { stream, checkpoint, labels, count }: Order,
): Promise<readonly DoubtfulStretch[]> {
  const recogniser = loadRecogniser(checkpoint);
  const { classes, stepMs, window } = recogniser.spec;
  const all: DoubtfulStretch[] = [];
  for await (const { recording, stretches } of readParts(place, stream, recogniser)) {
    for (const { places, probabilities } of stretches) {
      const startOf = (i: number): number => recording.start + places[i].first * stepMs;
      const endOf = (i: number): number => startOf(i) + window * stepMs;
      const isLabelled = (i: number): boolean =>
        labels.some(({ start, end }) => start < endOf(i) && end > startOf(i));
      const windows = Math.min(WINDOWS, places.length);
      const found = worthLabelling(probabilities, classes.length, isLabelled, { windows, count });
      all.push(
        ...found.map(({ first, last, margin }) => ({
          start: Math.round(startOf(first)),
          end: Math.round(endOf(last)),
          margin,
        })),
      );
    }
  }
  return all.sort((a, b) => a.margin - b.margin).slice(0, count);
}
