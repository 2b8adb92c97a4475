/**
 * Stretches that are known not to be normal, such as confirmed incidents: to a training their
 * values are missing, and it learns nothing from them.
 */
import type { TimeRange } from '../domain/stream.ts';

/** The columns themselves where nothing is excluded. */
export function withoutStretches(
  times: Float64Array,
  columns: readonly Float64Array[],
  stretches: readonly TimeRange[],
): readonly Float64Array[] {
  if (stretches.length === 0) return columns;
  return columns.map((column) =>
    column.map((value, row) => (isWithin(times[row], stretches) ? NaN : value)),
  );
}

/** t in ms; both ends belong to a stretch. */
function isWithin(t: number, stretches: readonly TimeRange[]): boolean {
  return stretches.some(({ from, to }) => t >= from && t <= to);
}
