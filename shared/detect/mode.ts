/** Defaults that depend on what is known of a stream. */
import type { DetectionMode } from '../domain/model.ts';
import { TRAIN_ROWS_MIN } from './spec.ts';

/** Share and ceiling of the start of a stream taken as normal when nothing is said. */
const STREAM_SHARE = 0.15;
const STREAM_ROWS_MAX = 750;
const REFERENCE_SHARE = 0.25;

export function defaultTrainRows(mode: DetectionMode, rows: number): number {
  const share =
    mode === 'stream'
      ? Math.min(Math.floor(STREAM_SHARE * rows), STREAM_ROWS_MAX)
      : Math.floor(REFERENCE_SHARE * rows);
  return Math.max(share, TRAIN_ROWS_MIN);
}

/** The mode for `auto`, with the reason in words. */
export function chooseMode(known: { channels: number; trainRangeGiven: boolean }): {
  mode: DetectionMode;
  reason: string;
} {
  if (known.channels > 1 && known.trainRangeGiven) {
    return { mode: 'reference', reason: 'several channels with a given normal range' };
  }
  if (known.channels > 1) {
    return { mode: 'stream', reason: 'no normal range was given, so it learns on line' };
  }
  return { mode: 'stream', reason: 'one channel learns on line' };
}
