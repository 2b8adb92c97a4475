/** Windows over recordings: where they begin and what they show. */
import { featuresOf, type ChannelPlan } from './features.ts';
import type { Recording } from './recording.ts';

/** A stretch of one activity in one recording, in samples, both ends inclusive. */
export interface LabelledSpan {
  readonly recording: number;
  readonly first: number;
  readonly last: number;
  readonly label: number;
}

export interface Place {
  readonly recording: number;
  /** First sample. */
  readonly first: number;
  /** Class, −1 where nobody said. */
  readonly label: number;
}

/** Recordings as a recogniser sees them. */
export interface Features {
  /** F */
  readonly count: number;
  /** [n, F] of each recording. */
  readonly recordings: readonly Float32Array[];
  readonly valid: readonly Uint8Array[];
}

export function readFeatures(
  recordings: readonly Recording[],
  plan: ChannelPlan,
  count: number,
): Features {
  return {
    count,
    recordings: recordings.map((recording) => featuresOf(recording, plan)),
    valid: recordings.map(({ valid }) => valid),
  };
}

/** Whole windows inside of every span, none across its ends. */
export function labelledPlaces(
  spans: readonly LabelledSpan[],
  features: Features,
  window: number,
  hop: number,
): Place[] {
  return spans.flatMap(({ recording, first, last, label }) => {
    return placesWithin(features.valid[recording], first, last, window, hop).map((at) => {
      return { recording, first: at, label };
    });
  });
}

/** Windows over a whole recording, except where samples are missing. */
export function allPlaces(
  features: Features,
  recording: number,
  window: number,
  hop: number,
): Place[] {
  const valid = features.valid[recording];
  const starts = placesWithin(valid, 0, valid.length - 1, window, hop);
  return starts.map((first) => ({ recording, first, label: -1 }));
}

/** Places of one recording in stretches that follow each other hop by hop. */
export function contiguous(places: readonly Place[], hop: number): Place[][] {
  const stretches: Place[][] = [];
  places.forEach((place, i) => {
    const follows = i > 0 && place.first - places[i - 1].first === hop;
    if (follows) stretches[stretches.length - 1].push(place);
    else stretches.push([place]);
  });
  return stretches;
}

function placesWithin(
  valid: Uint8Array,
  first: number,
  last: number,
  window: number,
  hop: number,
): number[] {
  const places: number[] = [];
  const from = Math.max(0, first);
  const end = Math.min(last, valid.length - 1) + 1;
  for (let at = from; at + window <= end; at += hop) {
    if (valid.subarray(at, at + window).indexOf(0) < 0) places.push(at);
  }
  return places;
}

/** [window, F] of a place. */
export function windowAt(features: Features, { recording, first }: Place, window: number) {
  const { count, recordings } = features;
  return recordings[recording].subarray(first * count, (first + window) * count);
}
