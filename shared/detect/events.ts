/**
 * score → event. An event opens with an alarm, lasts while the score stays high, and takes in later
 * alarms that follow closely; then it closes with its severity and each channel's share.
 */
import type { AnomalyEvent, ChannelShare, Severity } from '../domain/event.ts';
import { HOLD_ROWS } from './record-hold.ts';
import type { Reading } from './reading.ts';

/** The score may dip below this share of the threshold for a while without ending the event. */
const HOT_SHARE = 0.8;
const DIP_ROWS_MAX = 20;
/** How far above the threshold an event is medium, and high. */
const MEDIUM_EXCESS = 0.15;
const HIGH_EXCESS = 0.5;
const OUTSIDE_WEIGHT = 1000;

interface OpenEvent {
  start: number;
  end: number;
  endRow: number;
  alarmRow: number;
  peakTime: number;
  peakScore: number;
  /** Peak over its threshold. */
  excess: number;
  provisional: boolean;
  readonly shares: Float64Array;
  readonly strongest: Float64Array;
  readonly observed: Float64Array;
  readonly expectedLow: Float64Array;
  readonly expectedHigh: Float64Array;
}

export interface EventState {
  row: number;
  open: OpenEvent | null;
}

export function createEventState(): EventState {
  return { row: 0, open: null };
}

/**
 * Follows one scored row; answers an event that has just closed. `mergeRows`: alarms at most this
 * far apart are one event.
 */
export function followEvent(
  state: EventState,
  names: readonly string[],
  t: number,
  values: Float64Array,
  reading: Reading,
  mergeRows: number,
): AnomalyEvent | null {
  const row = state.row++;
  const alarm = reading.held > 0;
  const hot = alarm || reading.score >= HOT_SHARE * reading.threshold;
  let closed: AnomalyEvent | null = null;
  const { open } = state;
  if (open && row - open.alarmRow > mergeRows && row - open.endRow > DIP_ROWS_MAX) {
    closed = closeEvent(open, names);
    state.open = null;
  }
  if (alarm) state.open = raise(state.open ?? openEvent(t, names.length), t, row, reading);
  if (state.open && hot && (alarm || row - state.open.endRow <= DIP_ROWS_MAX)) {
    state.open.end = t;
    state.open.endRow = row;
    attribute(state.open, values, reading);
  }
  return closed;
}

/** The event still open at the end of the data. */
export function finishEvent(state: EventState, names: readonly string[]): AnomalyEvent | null {
  const closed = state.open ? closeEvent(state.open, names) : null;
  state.open = null;
  return closed;
}

/** Rows between alarms of one event: record hold spaces them, a plain flag does not. */
export const MERGE_ROWS = { stream: HOLD_ROWS, reference: DIP_ROWS_MAX } as const;

function openEvent(t: number, channels: number): OpenEvent {
  const column = (): Float64Array => new Float64Array(channels);
  return {
    start: t,
    end: t,
    endRow: 0,
    alarmRow: 0,
    peakTime: t,
    peakScore: -Infinity,
    excess: 0,
    provisional: false,
    shares: column(),
    strongest: column().fill(-Infinity),
    observed: column().fill(NaN),
    expectedLow: column().fill(NaN),
    expectedHigh: column().fill(NaN),
  };
}

function raise(open: OpenEvent, t: number, row: number, reading: Reading): OpenEvent {
  open.alarmRow = row;
  if (reading.score <= open.peakScore) return open;
  open.peakScore = reading.score;
  open.peakTime = t;
  open.excess = reading.score / reading.threshold - 1;
  open.provisional = reading.provisional;
  return open;
}

/** Sums each channel's tail score and notes what it looked like where it stood out most. */
function attribute(open: OpenEvent, values: Float64Array, reading: Reading): void {
  reading.own.forEach((own, k) => {
    open.shares[k] += own;
    const low = reading.expectedLow[k];
    const high = reading.expectedHigh[k];
    // The row that scored highest tells it, among rows outside of the expected if there are any.
    const outside = values[k] < low || values[k] > high;
    const weight = own + (outside ? OUTSIDE_WEIGHT : 0);
    if (!(weight > open.strongest[k])) return;
    open.strongest[k] = weight;
    open.observed[k] = values[k];
    open.expectedLow[k] = low;
    open.expectedHigh[k] = high;
  });
}

function closeEvent(open: OpenEvent, names: readonly string[]): AnomalyEvent {
  const total = open.shares.reduce((sum, share) => sum + share, 0);
  const channels: ChannelShare[] = names.map((name, k) => ({
    name,
    share: total > 0 ? open.shares[k] / total : 1 / names.length,
    observed: open.observed[k],
    expectedLow: open.expectedLow[k],
    expectedHigh: open.expectedHigh[k],
  }));
  const { start, end, peakTime, peakScore, provisional } = open;
  return {
    start,
    end,
    peakTime,
    peakScore,
    severity: severityOf(open.excess),
    channels: channels.sort((a, b) => b.share - a.share),
    provisional,
  };
}

function severityOf(excess: number): Severity {
  if (excess >= HIGH_EXCESS) return 'high';
  return excess >= MEDIUM_EXCESS ? 'medium' : 'low';
}
