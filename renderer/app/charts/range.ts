/** Moving over a recording: pure arithmetic on the shown stretch of time. */
import type { TimeRange } from '../../../shared/domain/stream.ts';

/** Closest zoom, in rows. */
const ROWS_MIN = 8;

export const spanOf = ({ from, to }: TimeRange): number => to - from;

/** The same span, moved inside the whole; the whole itself when it is shorter. */
export function clampRange({ from, to }: TimeRange, whole: TimeRange): TimeRange {
  const span = to - from;
  if (span >= spanOf(whole)) return whole;
  const start = Math.min(Math.max(from, whole.from), whole.to - span);
  return { from: start, to: start + span };
}

/** Times the span by `factor`; the time `at` stays where it is on the screen. */
export function zoomAround(
  range: TimeRange,
  at: number,
  factor: number,
  whole: TimeRange,
  periodMs: number,
): TimeRange {
  const span = Math.max(spanOf(range) * factor, ROWS_MIN * periodMs);
  const share = spanOf(range) > 0 ? (at - range.from) / spanOf(range) : 0.5;
  const from = at - share * span;
  return clampRange({ from, to: from + span }, whole);
}

/** Moves by a share of the span; positive to the right. */
export function panBy(range: TimeRange, share: number, whole: TimeRange): TimeRange {
  const step = share * spanOf(range);
  return clampRange({ from: range.from + step, to: range.to + step }, whole);
}

/** A stretch around an event: the event takes about a quarter of it. */
export function around(event: TimeRange, whole: TimeRange, periodMs: number): TimeRange {
  const margin = Math.max(1.5 * spanOf(event), 40 * periodMs);
  return clampRange({ from: event.from - margin, to: event.to + margin }, whole);
}
