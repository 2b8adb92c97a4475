/**
 * Channels that only count up: a meter, a total. Their level says nothing and never comes back, so
 * they are judged by their increments.
 */
const RISING_SHARE_MIN = 0.5;
const ROWS_MIN = 32;

/**
 * True when no value is negative or below the one before, and half of them are above it. NaN is
 * passed over.
 */
export function isCounter(values: Float64Array): boolean {
  const known = values.filter(Number.isFinite);
  if (known.length < ROWS_MIN || known[0] < 0) return false;
  let rising = 0;
  for (let i = 1; i < known.length; i++) {
    if (known[i] < known[i - 1]) return false;
    if (known[i] > known[i - 1]) rising++;
  }
  return rising >= RISING_SHARE_MIN * (known.length - 1);
}

export interface Counters {
  readonly is: readonly boolean[];
  /** Last finite value of each channel. */
  readonly last: Float64Array;
  /** Largest increment of each channel so far. */
  readonly most: Float64Array;
}

export function createCounters(channels: number): Counters {
  return {
    is: new Array<boolean>(channels).fill(false),
    last: new Float64Array(channels).fill(NaN),
    most: new Float64Array(channels),
  };
}

/**
 * Increments instead of totals, in place; NaN where there is none. A fall, from however high, is as
 * much as the largest rise: enough to be told, and not so much that it drowns what follows.
 */
export function takeIncrements({ is, last, most }: Counters, row: Float64Array): void {
  for (let k = 0; k < row.length; k++) {
    const x = row[k];
    const increment = Math.max(x - last[k], -most[k]);
    if (is[k]) row[k] = increment;
    if (increment > most[k]) most[k] = increment;
    if (Number.isFinite(x)) last[k] = x;
  }
}
