/** Rows against time: which come after what is stored, which meet rows that are there. */
import type { SampleBatch } from '../../../shared/domain/stream.ts';

export function isAscending(t: Float64Array): boolean {
  for (let i = 1; i < t.length; i++) if (!(t[i] > t[i - 1])) return false;
  return true;
}

/** Ascending rows up to `last`, and those behind; views of the same columns. */
export function splitAt({ t, columns }: SampleBatch, last: number): [SampleBatch, SampleBatch] {
  let at = 0;
  while (at < t.length && t[at] <= last) at++;
  const slice = (from: number, to: number): SampleBatch => ({
    t: t.subarray(from, to),
    columns: columns.map((column) => column.subarray(from, to)),
  });
  return [slice(0, at), slice(at, t.length)];
}

/** Times already stored, or seen before in the same batch. */
export function countKnown(t: Float64Array, isStored: (time: number) => boolean): number {
  const seen = new Set<number>();
  let known = 0;
  for (const time of t) {
    if (seen.has(time) || isStored(time)) known++;
    seen.add(time);
  }
  return known;
}

/** Rows that bring a value where one is stored. */
export function countOverwritten(
  { t, columns }: SampleBatch,
  stored: (time: number) => readonly (number | null)[] | undefined,
): number {
  let overwritten = 0;
  for (let row = 0; row < t.length; row++) {
    const before = stored(t[row]);
    if (!before) continue;
    if (columns.some((column, k) => !Number.isNaN(column[row]) && before[k + 1] !== null)) {
      overwritten++;
    }
  }
  return overwritten;
}
