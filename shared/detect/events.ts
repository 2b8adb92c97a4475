/**
 * score → event. An event opens with an alarm, lasts while the score stays high, and takes in later
 * alarms that follow closely; then it closes with its severity and each channel's share.
 */
import { sideOf, type AnomalyEvent, type ChannelShare, type Severity } from '../domain/event.ts';
import { changeOf, LEAD_ROWS, RECENT_ROWS, sharesOf } from './attribution.ts';
import {
  rowsShown,
  tellCorrelation,
  tellKind,
  wentUp,
  type Surroundings,
  type Told,
} from './event-kind.ts';
import type { Reading } from './reading.ts';

/** The score may dip below this share of the threshold for a while without ending the event. */
const HOT_SHARE = 0.8;
const DIP_ROWS_MAX = 20;
/** How far above the threshold an event is medium, and high. */
const MEDIUM_EXCESS = 0.15;
const HIGH_EXCESS = 0.5;
/**
 * A channel whose own tail score stays below, and that changed less, has stayed normal; so has one
 * that hardly changed and scored no more than twice as high: rare values come by chance in a long
 * event, and at the end of a range.
 */
const NORMAL_MAX = 2.3;
const CHANGE_MAX = 4;
const CHANGE_MIN = 1.5;
const SHARE_MIN = 0.05;
const STILL_FACTOR = 2;
/** An event that begins with less of what it comes to on the other side began by chance. */
const ONSET_SHARE = 0.5;
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
  peakRow: number;
  peakScore: number;
  /** Peak over its threshold. */
  excess: number;
  provisional: boolean;
  startRow: number;
  readonly shares: Float64Array;
  /** Highest tail score of each channel, and rows without a value. */
  readonly peaks: Float64Array;
  readonly missing: Float64Array;
  /** Below the expected, inside and above. */
  readonly standouts: readonly [Standout, Standout, Standout];
}

/** What stood out most of each channel, and the range expected then. */
interface Standout {
  /** How far outside, in scales of the channel; inside, the tail score. −∞ where nothing was. */
  readonly weight: Float64Array;
  /** The first row of it, and its weight then. */
  readonly since: Float64Array;
  readonly onset: Float64Array;
  readonly observed: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
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
    attribute(state.open, values, reading, past);
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
    peakRow: row,
    peakScore: -Infinity,
    excess: 0,
    provisional: false,
    startRow: row,
    shares: column(),
    peaks: column(),
    missing: column(),
    standouts: [createStandout(channels), createStandout(channels), createStandout(channels)],
  };
}

function createStandout(channels: number): Standout {
  const unknown = (): Float64Array => new Float64Array(channels).fill(NaN);
  const weight = unknown().fill(-Infinity);
  const [since, onset] = [unknown(), unknown()];
  return { weight, since, onset, observed: unknown(), low: unknown(), high: unknown() };
}

function raise(open: OpenEvent, t: number, row: number, reading: Reading): void {
  open.alarmRow = row;
  if (reading.score <= open.peakScore) return;
  open.peakScore = reading.score;
  open.peakTime = t;
  open.peakRow = row;
  open.excess = reading.score / reading.threshold - 1;
  open.provisional = reading.provisional;
}

/** Sums each channel's tail score and notes what it looked like where it stood out most. */
function attribute(open: OpenEvent, values: Float64Array, reading: Reading, past: Past): void {
  reading.own.forEach((own, k) => {
    open.shares[k] += own;
    open.peaks[k] = Math.max(open.peaks[k], own);
    const low = reading.expectedLow[k];
    const high = reading.expectedHigh[k];
    const side = sideOf(values[k], low, high);
    const beyond = Math.max(low - values[k], values[k] - high) / past.scale(k);
    const weight = side === 0 ? own : beyond;
    const standout = open.standouts[1 + side];
    if (!(weight > standout.weight[k])) return;
    if (standout.weight[k] === -Infinity) {
      standout.since[k] = open.endRow;
      standout.onset[k] = weight;
    }
    standout.weight[k] = weight;
    standout.observed[k] = values[k];
    standout.low[k] = low;
    standout.high[k] = high;
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
    ...seenOf(open, k, past, row),
    stoodOut: place === 0 || isOff(open.peaks[k], changes[k], shares[k]),
  }));
  const { start, peakTime, peakScore, provisional } = open;
  const { kind, evidence, reached } = tell(open, order, channels, past, row);
  if (reached !== undefined) channels[0] = { ...channels[0], observed: reached };
  return {
    ...{ start, end: endOf(open, order[0], past, row), peakTime, peakScore },
    severity: severityOf(open.excess),
    ...{ kind, evidence, channels },
    provisional,
  };
}

function isOff(peak: number, change: number, share: number): boolean {
  if (change >= CHANGE_MAX) return true;
  const isStill = change < CHANGE_MIN && share < SHARE_MIN;
  return peak >= (isStill ? STILL_FACTOR * NORMAL_MAX : NORMAL_MAX);
}

/**
 * The side to which it went first: what follows may be the way back, which a forecast that has got
 * used to the fault does not expect. Where it began with little, the side to which it went farther.
 */
function sideShown(below: Standout, above: Standout, k: number, isUp: boolean): Standout | null {
  const [first, second] = above.since[k] < below.since[k] ? [above, below] : [below, above];
  if (Number.isNaN(second.since[k])) return Number.isNaN(first.since[k]) ? null : first;
  if (Number.isNaN(first.since[k])) return second;
  if (first.onset[k] >= ONSET_SHARE * second.weight[k]) return first;
  return isUp ? above : below;
}

/**
 * The value farthest outside of the expected, on the side to which the channel went; where it
 * stayed inside, the value that scored highest. A channel that was never below 0 is not expected
 * there.
 */
function seenOf(
  open: OpenEvent,
  k: number,
  past: Past,
  row: number,
): Pick<ChannelShare, 'observed' | 'expectedLow' | 'expectedHigh'> {
  const [below, inside, above] = open.standouts;
  const around = surroundings(open, k, past, row);
  const { observed, low, high } = sideShown(below, above, k, wentUp(around)) ?? inside;
  const isPositive = around.before.length > 0 && around.before.every((value) => value >= 0);
  const isClipped = isPositive && low[k] < 0 && high[k] > 0 && observed[k] >= 0;
  return { observed: observed[k], expectedLow: isClipped ? 0 : low[k], expectedHigh: high[k] };
}

/** A score trails behind what it saw: where values were far, the last far one ends the event. */
function endOf(open: OpenEvent, k: number, past: Past, row: number): number {
  const { startRow, endRow } = open;
  const around = surroundings(open, k, past, row);
  const isWhole = around.during.length === endRow - startRow + 1;
  const rows = isWhole ? rowsShown(around) : around.during.length;
  return isWhole && rows < around.during.length ? past.time(row - startRow - rows + 1) : open.end;
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
  const { observed, expectedLow: low, expectedHigh: high } = first;
  const told = tellKind(own, { observed, low, high });
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
    peak: open.peakRow - startRow,
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
