/**
 * Stretches that are known not to be normal, such as confirmed incidents: a training sees the last
 * value before in their place, as it does where a value is missing, and learns nothing from them.
 */
import type { TimeRange } from '../domain/stream.ts';

/** The columns themselves where nothing is excluded. NaN when all rows are. */
export function withoutStretches(
  times: Float64Array,
  columns: readonly Float64Array[],
  stretches: readonly TimeRange[],
): readonly Float64Array[] {
  const out =
    stretches.length === 0
      ? []
      : [...times.keys()].filter((row) => isWithin(times[row], stretches));
  if (out.length === 0) return columns;
  const gone = new Set(out);
  const first = [...times.keys()].find((row) => !gone.has(row));
  return columns.map((column) => {
    const masked = column.slice();
    let last = first === undefined ? NaN : column[first];
    for (let row = 0; row < masked.length; row++) {
      if (gone.has(row)) masked[row] = last;
      else last = masked[row];
    }
    return masked;
  });
}

/** t in ms; both ends belong to a stretch. */
export function isWithin(t: number, stretches: readonly TimeRange[]): boolean {
  return stretches.some(({ from, to }) => t >= from && t <= to);
}
