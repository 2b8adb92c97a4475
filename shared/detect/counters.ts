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
}

/** Increments instead of totals, in place; NaN where there is none. */
export function takeIncrements({ is, last }: Counters, row: Float64Array): void {
  for (let k = 0; k < row.length; k++) {
    const x = row[k];
    if (is[k]) row[k] = x - last[k];
    if (Number.isFinite(x)) last[k] = x;
  }
}
