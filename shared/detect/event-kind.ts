/**
 * What an event looks like: the values of a channel during it against those before and after. Told
 * when the event ends, by simple robust statistics; a score says *that* something is off, this says
 * *what*.
 */
import { sideOf, type Evidence, type EventKind } from '../domain/event.ts';
import { mean, quantile, standardDeviation } from '../math/stats.ts';

const MAD_OF_NORMAL = 1.4826;
/** An excursion of at most this many rows is a spike. */
const SPIKE_ROWS_MAX = 5;
/** A level has left when it lies this many usual spreads away. */
const SHIFT_SPREADS = 3;
/** A move is a drift when no stretch of a fifth of it makes more than this share of the way. */
const JUMP_SHARE_MAX = 0.45;
const MONOTONE_MIN = 0.8;
/** A level is kept while the middle of its values spans no more than this share of the move. */
const KEPT_SHARE = 0.5;
const KEPT_QUANTILE = 0.1;
const RARE_QUANTILE = 0.025;
const LASTING_QUANTILE = 0.75;
/** Fewer rows tell nothing of a spread or a rhythm. */
const SPREAD_ROWS_MIN = 12;
const RHYTHM_ROWS_MIN = 24;
const WIDER = 2;
/** Wider to both sides: to one side alone it is an excursion. */
const WIDER_SIDE = 1.3;
/** A spread is told from these quantiles, so that a few values far off are not one. */
const TAIL_QUANTILE = 0.1;
const TAILS_OF_NORMAL = 2.563;
const FASTER = 1.6;
const SWINGS_MIN = 4;
const FLAT_ROWS_MIN = 5;
const FOLLOWED_MIN = 0.7;
const BROKEN_SHARE = 0.5;

/** A channel's finite values around an event, in time order. */
export interface Surroundings {
  readonly before: Float64Array;
  readonly during: Float64Array;
  readonly after: Float64Array;
  /** Rows of the event without a value. */
  readonly missing: number;
  /** The row of the event that scored highest. */
  readonly peak: number;
}

/** What stood out most, and the range it was expected in; NaN where nothing is known. */
export interface Seen {
  readonly observed: number;
  readonly low: number;
  readonly high: number;
}

export interface Told {
  readonly kind: EventKind;
  readonly evidence: Evidence;
  /** The farthest value of an excursion; it may have been less unexpected than one before. */
  readonly reached?: number;
}

/** The kind of the event in one channel. */
export function tellKind(around: Surroundings, seen: Seen): Told {
  const { before, missing, after } = around;
  const usual = median(before);
  const levels = { before: usual, during: median(around.during) };
  const outside = sideOf(seen.observed, seen.low, seen.high);
  const isShort = around.during.length <= SPIKE_ROWS_MAX;
  const none = { kind: outside !== 0 && isShort ? 'spike' : 'unusual', evidence: levels } as const;
  if (missing > around.during.length) return { kind: 'gap', evidence: levels };
  if (before.length < FLAT_ROWS_MIN || around.during.length === 0) return none;
  const { first, last, isFar } = coreOf(before, around.during);
  const during = around.during.subarray(first, last + 1);
  const level = median(during);
  if (isFlat(during) && during.length >= FLAT_ROWS_MIN && !isFlat(before.slice(-during.length))) {
    return { kind: 'flat', evidence: { before: usual, during: level } };
  }
  const excursion = excursionOf(around.during.subarray(0, rowsShown(around)), usual, outside);
  if (isFar && during.length <= SPIKE_ROWS_MAX) return outside !== 0 ? excursion : none;
  if (isFar && Math.abs(level - usual) > SHIFT_SPREADS * spreadOf(before, usual)) {
    const drift = tellDrift(during, after, usual);
    if (drift) return drift;
  }
  const side = sideOf(level, seen.low, seen.high);
  const isOff = side === 0 ? isFar && isNew(level, before) : true;
  if (isOff && side === outside && isKept(during, level - usual)) {
    return { kind: 'level-shift', evidence: { before: usual, during: level } };
  }
  const spread = tellSpread(before, during, outside !== 0);
  if (spread) return spread;
  if (isFar && outside !== 0) return excursion;
  return (side === 0 ? tellRhythm(before, during) : null) ?? none;
}

/** Far off and back again. What most rows until then had reached says whether it lasted. */
function excursionOf(during: Float64Array, usual: number, side: number): Told {
  const most = quantile(during, side < 0 ? LASTING_QUANTILE : 1 - LASTING_QUANTILE);
  const evidence = { before: usual, during: most };
  return { kind: 'spike', evidence, reached: quantile(during, side < 0 ? 0 : 1) };
}

/** A level that was hardly ever reached before. */
const isNew = (level: number, before: Float64Array): boolean =>
  level < quantile(before, RARE_QUANTILE) || level > quantile(before, 1 - RARE_QUANTILE);

/** Values that moved by so much and stay together there. */
function isKept(during: Float64Array, move: number): boolean {
  const middle = quantile(during, 1 - KEPT_QUANTILE) - quantile(during, KEPT_QUANTILE);
  return during.length > SPIKE_ROWS_MAX && middle <= KEPT_SHARE * Math.abs(move);
}

/**
 * The rows of an event in which its values are far: scores look back and trail behind. All of them
 * where none is.
 */
function coreOf(
  before: Float64Array,
  during: Float64Array,
): { first: number; last: number; isFar: boolean } {
  const all = { first: 0, last: during.length - 1, isFar: false };
  if (before.length < FLAT_ROWS_MIN) return all;
  const usual = median(before);
  const excursion = during.map((value) => Math.abs(value - usual));
  const far = SHIFT_SPREADS * spreadOf(before, usual);
  const isAway = (value: number): boolean => value > far;
  if (!excursion.some(isAway)) return all;
  return { first: excursion.findIndex(isAway), last: excursion.findLastIndex(isAway), isFar: true };
}

/** Rows of an event until its last far value, or its highest score; all where none is far. */
export function rowsShown({ before, during, peak }: Surroundings): number {
  const { last, isFar } = coreOf(before, during);
  return isFar ? Math.min(during.length, Math.max(last, peak) + 1) : during.length;
}

/** Whether an event went farther above what was usual than below. */
export function wentUp({ before, during }: Surroundings): boolean {
  if (before.length === 0 || during.length === 0) return false;
  const usual = median(before);
  return quantile(during, 1) - usual > usual - quantile(during, 0);
}

/** Pearson's r of one channel with the others before and during: whom did it stop following? */
export function tellCorrelation(
  own: Surroundings,
  others: readonly { readonly name: string; readonly around: Surroundings }[],
): Told | null {
  if (own.during.length < SPREAD_ROWS_MIN) return null;
  let found: Told | null = null;
  for (const { name, around } of others) {
    const before = correlation(own.before, around.before);
    const during = correlation(own.during, around.during);
    const strongest = Math.abs(found?.evidence.before ?? FOLLOWED_MIN);
    if (Math.abs(before) < strongest || during * Math.sign(before) > BROKEN_SHARE * strongest) {
      continue;
    }
    found = { kind: 'correlation', evidence: { before, during, partner: name } };
  }
  return found;
}

function tellDrift(during: Float64Array, after: Float64Array, usual: number): Told | null {
  if (during.length < SPREAD_ROWS_MIN) return null;
  const end = median(during.slice(-Math.max(1, during.length >> 2)));
  const step = Math.max(1, Math.floor(during.length / 5));
  let jump = Math.abs(during[0] - usual);
  for (let i = step; i < during.length; i++) {
    jump = Math.max(jump, Math.abs(during[i] - during[i - step]));
  }
  if (jump >= JUMP_SHARE_MAX * Math.abs(end - usual)) return null;
  const path = joined(during, after);
  const rows = path.map((_, i) => i);
  if (Math.abs(correlation(rows, path)) <= MONOTONE_MIN) return null;
  return { kind: 'drift', evidence: { before: usual, during: end } };
}

/**
 * Against stretches before as long as the event: a wandering signal is wide as a whole, narrow in
 * each. `isOutside`: values left the range expected, which only a spread to both sides explains.
 */
function tellSpread(before: Float64Array, during: Float64Array, isOutside: boolean): Told | null {
  const rows = during.length;
  if (rows < SPREAD_ROWS_MIN) return null;
  const centre = median(before);
  const stretches = stretchesOf(before, rows).map((stretch) => tailsOf(stretch, centre));
  const widths = Float64Array.from(stretches, ({ above, below }) => above + below).sort();
  const own = tailsOf(during, centre);
  const [usual, width] = [median(widths), own.above + own.below];
  const wider = width > WIDER * usual && width > widths.at(-1)!;
  const narrower = width < usual / WIDER && width < widths[0];
  if (usual === 0 || width === 0 || !(wider || narrower)) return null;
  if (isOutside) {
    const isMore = (tail: 'above' | 'below'): boolean =>
      own[tail] > WIDER_SIDE * median(Float64Array.from(stretches, (one) => one[tail]));
    if (!wider || !isMore('above') || !isMore('below')) return null;
  }
  const evidence = { before: usual / TAILS_OF_NORMAL, during: width / TAILS_OF_NORMAL };
  return { kind: 'variance', evidence };
}

/** Stretches of so many rows, from the end on; all of the values where they are fewer. */
function stretchesOf(values: Float64Array, rows: number): Float64Array[] {
  const end = values.length;
  return Array.from({ length: Math.max(1, Math.floor(end / rows)) }, (_, i) =>
    values.subarray(Math.max(0, end - rows * (i + 1)), end - rows * i),
  );
}

/** How far the tenth highest and lowest of the values lie from a centre. */
function tailsOf(values: Float64Array, centre: number): { above: number; below: number } {
  return {
    above: quantile(values, 1 - TAIL_QUANTILE) - centre,
    below: centre - quantile(values, TAIL_QUANTILE),
  };
}

function tellRhythm(before: Float64Array, during: Float64Array): Told | null {
  if (during.length < RHYTHM_ROWS_MIN) return null;
  const usual = stretchesOf(before, during.length).map(swings);
  const evidence = { before: median(Float64Array.from(usual)), during: swings(during) };
  if (Math.max(evidence.before, evidence.during) * during.length < SWINGS_MIN) return null;
  const ratio = evidence.during / evidence.before;
  if (!(ratio > 0 && ratio < Infinity)) return null;
  return ratio > FASTER || ratio < 1 / FASTER ? { kind: 'frequency', evidence } : null;
}

/** Swings per row: half the crossings of the mean. */
function swings(values: Float64Array): number {
  const centre = mean(values);
  let crossings = 0;
  for (let i = 1; i < values.length; i++) {
    if (values[i] > centre !== values[i - 1] > centre) crossings++;
  }
  return crossings / 2 / values.length;
}

function correlation(a: Float64Array, b: Float64Array): number {
  const n = Math.min(a.length, b.length);
  if (n < SPREAD_ROWS_MIN) return 0;
  const [x, y] = [a.subarray(a.length - n), b.subarray(b.length - n)];
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) ** 2;
    yy += (y[i] - my) ** 2;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

/** Robust, but never far below the standard deviation: values may rest at one level and jump. */
function spreadOf(values: Float64Array, centre: number): number {
  const robust = MAD_OF_NORMAL * median(values.map((value) => Math.abs(value - centre)));
  return Math.max(robust, 0.5 * deviation(values));
}

const median = (values: Float64Array): number =>
  values.length === 0 ? NaN : quantile(values, 0.5);
const deviation = (values: Float64Array): number => standardDeviation(values, mean(values));
const isFlat = (values: Float64Array): boolean => values.every((value) => value === values[0]);

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
