/**
 * A recording on an even grid, as windows need it: irregular rows are taken to the rate by straight
 * lines between neighbours, and what lies in a gap is marked, never invented.
 */
export interface Recording {
  /** ms of the first sample. */
  readonly start: number;
  /** ms between samples. */
  readonly stepMs: number;
  readonly channels: number;
  /** [n, channels], row-major; 0 where not valid. */
  readonly values: Float32Array;
  /** 1 where every channel has a value. */
  readonly valid: Uint8Array;
}

/** A hole of more than this many median steps is a gap. */
const GAP_STEPS = 3;

/** Median step of ascending times, ms; NaN for fewer than two. */
export function medianStep(t: Float64Array): number {
  const steps = Float64Array.from({ length: Math.max(0, t.length - 1) }, (_, i) => t[i + 1] - t[i]);
  return steps.length === 0 ? NaN : steps.sort()[steps.length >> 1];
}

/** The widest hole that lines are drawn over, ms, for rows about `periodMs` apart. */
export function gapOf(periodMs: number, stepMs: number): number {
  return GAP_STEPS * Math.max(stepMs, periodMs || stepMs);
}

/** `t` ascending, ms; one column for each channel, NaN where missing. */
export function resample(
  t: Float64Array,
  columns: readonly Float64Array[],
  stepMs: number,
  gapMs = gapOf(medianStep(t), stepMs),
): Recording {
  const n = t.length === 0 ? 0 : Math.floor((t[t.length - 1] - t[0]) / stepMs + 1e-6) + 1;
  const channels = columns.length;
  const values = new Float32Array(n * channels);
  const valid = new Uint8Array(n).fill(1);
  columns.forEach((column, k) => {
    let left = -1;
    let right = nextNumber(column, 0);
    for (let i = 0; i < n; i++) {
      const time = t[0] + i * stepMs;
      while (right < t.length && t[right] < time) {
        left = right;
        right = nextNumber(column, right + 1);
      }
      const value = between(t, column, left, right, time, gapMs);
      if (Number.isNaN(value)) valid[i] = 0;
      else values[i * channels + k] = value;
    }
  });
  for (let i = 0; i < n; i++) {
    if (valid[i] === 0) values.fill(0, i * channels, (i + 1) * channels);
  }
  return { start: t[0] ?? 0, stepMs, channels, values, valid };
}

function nextNumber(column: Float64Array, from: number): number {
  let at = from;
  while (at < column.length && Number.isNaN(column[at])) at++;
  return at;
}

function between(
  t: Float64Array,
  column: Float64Array,
  left: number,
  right: number,
  time: number,
  gapMs: number,
): number {
  if (right < t.length && t[right] === time) return column[right];
  if (left < 0 || right >= t.length || t[right] - t[left] > gapMs) return NaN;
  const share = (time - t[left]) / (t[right] - t[left]);
  return column[left] + share * (column[right] - column[left]);
}
