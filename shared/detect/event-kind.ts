/**
 * What an event looks like: the values of a channel during it against those before and after. Told
 * when the event ends, by simple robust statistics; a score says *that* something is off, this says
 * *what*.
 */
import type { Evidence, EventKind } from '../domain/event.ts';
import { mean, quantile, standardDeviation } from '../math/stats.ts';

const MAD_OF_NORMAL = 1.4826;
/** An excursion of at most this many rows is a spike. */
const SPIKE_ROWS_MAX = 5;
/** A level has left when it lies this many usual spreads away. */
const SHIFT_SPREADS = 3;
/** A move is a drift when no stretch of a fifth of it makes more than this share of the way. */
const JUMP_SHARE_MAX = 0.45;
const MONOTONE_MIN = 0.8;
/** Fewer rows tell nothing of a spread or a rhythm. */
const SPREAD_ROWS_MIN = 12;
const RHYTHM_ROWS_MIN = 24;
const WIDER = 2;
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
}

export interface Told {
  readonly kind: EventKind;
  readonly evidence: Evidence;
}

/** The kind of the event in one channel. `isOutside`: a value left the range expected. */
export function tellKind(around: Surroundings, isOutside: boolean): Told {
  const { before, missing, after } = around;
  const usual = median(before);
  const levels = { before: usual, during: median(around.during) };
  const isShort = around.during.length <= SPIKE_ROWS_MAX;
  const none = { kind: isOutside && isShort ? 'spike' : 'unusual', evidence: levels } as const;
  if (missing > around.during.length) return { kind: 'gap', evidence: levels };
  if (before.length < FLAT_ROWS_MIN || around.during.length === 0) return none;
  const { first, last, isFar } = coreOf(before, around.during);
  const during = around.during.subarray(first, last + 1);
  const seen = median(during);
  const evidence = { before: usual, during: seen };
  if (isFlat(during) && during.length >= FLAT_ROWS_MIN && !isFlat(before.slice(-during.length))) {
    return { kind: 'flat', evidence };
  }
  if (isFar && during.length <= SPIKE_ROWS_MAX) {
    return { kind: isOutside ? 'spike' : 'unusual', evidence };
  }
  if (isFar && Math.abs(seen - usual) > SHIFT_SPREADS * spreadOf(before, usual)) {
    return tellMove({ before, during, after, missing }, usual);
  }
  return tellSpread(before, during) ?? tellRhythm(before, during) ?? none;
}

/**
 * The rows of an event in which its values are far: scores look back and trail behind. All of them
 * where none is.
 */
export function coreOf(
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

function tellMove({ during, after }: Surroundings, usual: number): Told {
  const path = during.length + after.length < SPREAD_ROWS_MIN ? during : joined(during, after);
  const end = median(during.slice(-Math.max(1, during.length >> 2)));
  const evidence = { before: usual, during: end };
  const step = Math.max(1, Math.floor(during.length / 5));
  let jump = Math.abs(during[0] - usual);
  for (let i = step; i < during.length; i++) {
    jump = Math.max(jump, Math.abs(during[i] - during[i - step]));
  }
  const gradual = during.length >= SPREAD_ROWS_MIN && jump < JUMP_SHARE_MAX * Math.abs(end - usual);
  const monotone =
    Math.abs(
      correlation(
        path.map((_, i) => i),
        path,
      ),
    ) > MONOTONE_MIN;
  if (gradual && monotone) return { kind: 'drift', evidence };
  return { kind: 'level-shift', evidence: { before: usual, during: median(during) } };
}

function tellSpread(before: Float64Array, during: Float64Array): Told | null {
  if (during.length < SPREAD_ROWS_MIN) return null;
  const evidence = { before: deviation(before), during: deviation(during) };
  const ratio = evidence.during / Math.max(evidence.before, Number.MIN_VALUE);
  const changed = ratio > WIDER || ratio < 1 / WIDER;
  return changed && evidence.during > 0 ? { kind: 'variance', evidence } : null;
}

function tellRhythm(before: Float64Array, during: Float64Array): Told | null {
  if (during.length < RHYTHM_ROWS_MIN) return null;
  const evidence = { before: swings(before), during: swings(during) };
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
