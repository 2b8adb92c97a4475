/** Defaults that depend on what is known of a stream. */
import type { DetectionMode, ModeReason } from '../domain/model.ts';
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

/**
 * The mode for `auto`, and why; ARCHITECTURE.md has the table that it follows. A range known to be
 * normal is best held as the reference, of one channel as of many; rows that merely come first are
 * not known to be normal, and one channel goes on learning.
 */
export function chooseMode(known: { channels: number; given: 'range' | 'rows' | 'nothing' }): {
  mode: DetectionMode;
  reason: ModeReason;
} {
  const { channels, given } = known;
  if (given === 'range' || (given === 'rows' && channels > 1)) {
    return { mode: 'reference', reason: given };
  }
  return { mode: 'stream', reason: 'unnamed' };
}
