/**
 * score → event. An event opens with an alarm, lasts while the score stays high, and takes in later
 * alarms that follow closely; then it closes with its severity and each channel's share.
 */
import type { AnomalyEvent, ChannelShare, Severity } from '../domain/event.ts';
import { changeOf, LEAD_ROWS, RECENT_ROWS, sharesOf } from './attribution.ts';
import { coreOf, tellCorrelation, tellKind, type Surroundings, type Told } from './event-kind.ts';
import type { Reading } from './reading.ts';

/** The score may dip below this share of the threshold for a while without ending the event. */
const HOT_SHARE = 0.8;
const DIP_ROWS_MAX = 20;
/** How far above the threshold an event is medium, and high. */
const MEDIUM_EXCESS = 0.15;
const HIGH_EXCESS = 0.5;
const OUTSIDE_WEIGHT = 1000;
/** A channel whose own tail score stays below, and that changed less, has stayed normal. */
const NORMAL_MAX = 2.3;
const CHANGE_MAX = 4;
/** Rows looked at on either side of an event, and of it, to tell its kind. */
const BEFORE_ROWS = 500;
const DURING_ROWS_MAX = 2000;
const AFTER_ROWS_MAX = 100;
/** Channels that a first one may have stopped following. */
const PARTNERS_MAX = 8;

/** The values of the last rows; missing ones are held. `back` 0 is the newest. */
export interface Past {
  /** Rows it reaches back. */
  readonly rows: number;
  /** From `oldest` to `newest` rows ago, both counted. */
  values(channel: number, oldest: number, newest: number): Float64Array;
  /** Time of a row, ms. */
  time(back: number): number;
  /** s₀ */
  scale(channel: number): number;
}

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
  startRow: number;
  readonly shares: Float64Array;
  /** Highest tail score of each channel, and rows without a value. */
  readonly peaks: Float64Array;
  readonly missing: Float64Array;
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
  past: Past,
): AnomalyEvent | null {
  const row = state.row++;
  const alarm = reading.held > 0;
  const hot = alarm || reading.score >= HOT_SHARE * reading.threshold;
  let closed: AnomalyEvent | null = null;
  const { open } = state;
  if (open && row - open.alarmRow > mergeRows && row - open.endRow > DIP_ROWS_MAX) {
    closed = describe(open, names, past, row - 1);
    state.open = null;
  }
  if (alarm) state.open ??= openEvent(t, row, names.length);
  const goesOn = state.open !== null && hot && row - state.open.endRow <= DIP_ROWS_MAX;
  if (state.open && (alarm || goesOn)) {
    // Only the first record of a burst alarms; its event is as high as the highest row of it.
    if (alarm || reading.score > state.open.peakScore) raise(state.open, t, row, reading);
    state.open.end = t;
    state.open.endRow = row;
    attribute(state.open, values, reading);
  }
  if (state.open) values.forEach((x, k) => (state.open!.missing[k] += Number.isNaN(x) ? 1 : 0));
  return closed;
}

/** The event still open, as it looks by now; null when none is. */
export function openEventOf(
  { open, row }: EventState,
  names: readonly string[],
  past: Past,
): AnomalyEvent | null {
  return open ? describe(open, names, past, row - 1) : null;
}

/** The event still open at the end of the data. */
export function finishEvent(
  state: EventState,
  names: readonly string[],
  past: Past,
): AnomalyEvent | null {
  const closed = openEventOf(state, names, past);
  state.open = null;
  return closed;
}

function openEvent(t: number, row: number, channels: number): OpenEvent {
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
    startRow: row,
    shares: column(),
    peaks: column(),
    missing: column(),
    strongest: column().fill(-Infinity),
    observed: column().fill(NaN),
    expectedLow: column().fill(NaN),
    expectedHigh: column().fill(NaN),
  };
}

function raise(open: OpenEvent, t: number, row: number, reading: Reading): void {
  open.alarmRow = row;
  if (reading.score <= open.peakScore) return;
  open.peakScore = reading.score;
  open.peakTime = t;
  open.excess = reading.score / reading.threshold - 1;
  open.provisional = reading.provisional;
}

/** Sums each channel's tail score and notes what it looked like where it stood out most. */
function attribute(open: OpenEvent, values: Float64Array, reading: Reading): void {
  reading.own.forEach((own, k) => {
    open.shares[k] += own;
    open.peaks[k] = Math.max(open.peaks[k], own);
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

/** `row`: the newest that `past` holds. */
function describe(
  open: OpenEvent,
  names: readonly string[],
  past: Past,
  row: number,
): AnomalyEvent {
  const changes = names.map((_, k) => changeOf(...recent(open, k, past, row), past.scale(k)));
  const shares = sharesOf(changes) ?? ownShares(open);
  const order = names.map((_, k) => k).sort((a, b) => shares[b] - shares[a]);
  const channels = order.map((k, place) => ({
    name: names[k],
    share: shares[k],
    observed: open.observed[k],
    expectedLow: lowOf(open, k, past, row),
    expectedHigh: open.expectedHigh[k],
    stoodOut: place === 0 || open.peaks[k] >= NORMAL_MAX || changes[k] >= CHANGE_MAX,
  }));
  const { start, peakTime, peakScore, provisional } = open;
  return {
    ...{ start, end: endOf(open, order[0], past, row), peakTime, peakScore },
    severity: severityOf(open.excess),
    ...tell(open, order, channels, past, row),
    channels,
    provisional,
  };
}

/** A channel that was never below 0 is not expected there. */
function lowOf(open: OpenEvent, k: number, past: Past, row: number): number {
  const low = open.expectedLow[k];
  if (!(low < 0 && open.expectedHigh[k] > 0 && open.observed[k] >= 0)) return low;
  const { before } = surroundings(open, k, past, row);
  return before.length > 0 && before.every((value) => value >= 0) ? 0 : low;
}

/** A score trails behind what it saw: where values were far, the last far one ends the event. */
function endOf(open: OpenEvent, k: number, past: Past, row: number): number {
  const { startRow, endRow } = open;
  const { before, during } = surroundings(open, k, past, row);
  const isWhole = during.length === endRow - startRow + 1;
  const core = coreOf(before, during);
  if (!isWhole || !core.isFar) return open.end;
  const last = startRow + core.last;
  return Math.max(open.start, open.peakTime, past.time(row - last));
}

/** By the channels' own tail scores, where too little is remembered. */
function ownShares({ shares }: OpenEvent): number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  return Array.from(shares, (share) => (total > 0 ? share / total : 1 / shares.length));
}

/** The kind, by the first channel and those it used to go along with. */
function tell(
  open: OpenEvent,
  order: readonly number[],
  channels: readonly ChannelShare[],
  past: Past,
  row: number,
): Told {
  const around = (k: number): Surroundings => surroundings(open, k, past, row);
  const own = around(order[0]);
  const [first] = channels;
  const isOutside = first.observed < first.expectedLow || first.observed > first.expectedHigh;
  const told = tellKind(own, isOutside);
  if (told.kind !== 'unusual') return told;
  const others = order.slice(1, 1 + PARTNERS_MAX);
  const apart = others.map((k, i) => ({ name: channels[i + 1].name, around: around(k) }));
  return tellCorrelation(own, apart) ?? told;
}

function surroundings(open: OpenEvent, k: number, past: Past, row: number): Surroundings {
  const { startRow, endRow } = open;
  const last = Math.min(endRow, startRow + DURING_ROWS_MAX);
  return {
    before: slice(past, k, row, startRow - BEFORE_ROWS, startRow - 1),
    during: slice(past, k, row, startRow, last),
    after: slice(past, k, row, endRow + 1, Math.min(row, endRow + AFTER_ROWS_MAX)),
    missing: open.missing[k],
  };
}

/** The rows shortly before an event, and those of it. */
function recent(
  { startRow, endRow }: OpenEvent,
  k: number,
  past: Past,
  row: number,
): [Float64Array, Float64Array] {
  const last = Math.min(endRow, startRow + DURING_ROWS_MAX);
  const before = slice(past, k, row, startRow - RECENT_ROWS, startRow - LEAD_ROWS);
  return [before, slice(past, k, row, startRow, last)];
}

/** Finite values of the rows from..to, both counted; `row` is the newest that is held. */
function slice(past: Past, k: number, row: number, from: number, to: number): Float64Array {
  const first = Math.max(from, row - past.rows + 1);
  return past.values(k, row - first, row - to).filter(Number.isFinite);
}

function severityOf(excess: number): Severity {
  if (excess >= HIGH_EXCESS) return 'high';
  return excess >= MEDIUM_EXCESS ? 'medium' : 'low';
}
