/** Gaps and missing values of a stretch, counted row by row in one pass over the store. */
import type { StreamInfo, TimeRange } from '../../../shared/domain/stream.ts';
import type { Reads } from '../store/local-reads.ts';
import type { DataQuality } from './report-model.ts';

const ROWS_PER_READ = 65_536;
/** As the import counts them. */
const GAP_PERIODS = 3;
const LONGEST_GAPS = 10;

export async function dataQuality(
  store: Reads,
  stream: StreamInfo,
  channels: readonly string[],
  { from, to }: TimeRange,
): Promise<DataQuality> {
  const columns = channels.map((name) => stream.channels.findIndex((one) => one.name === name));
  const missing = columns.map(() => 0);
  const found: TimeRange[] = [];
  let rows = 0;
  let last = NaN;
  for (let after = from - 1; ;) {
    const batch = await store.read['stream.rows'](stream.id, after, ROWS_PER_READ);
    const inside = batch.t.findLastIndex((t) => t <= to) + 1;
    for (let i = 0; i < inside; i++) {
      const t = batch.t[i];
      if (t - last > GAP_PERIODS * stream.periodMs) found.push({ from: last, to: t });
      last = t;
    }
    columns.forEach((column, k) => {
      for (let i = 0; i < inside; i++) if (Number.isNaN(batch.columns[column][i])) missing[k]++;
    });
    rows += inside;
    if (inside < batch.t.length || batch.t.length === 0) break;
    after = batch.t[inside - 1];
  }
  const byLength = found.toSorted((a, b) => b.to - b.from - (a.to - a.from));
  return {
    rows,
    gaps: found.length,
    longestGaps: byLength.slice(0, LONGEST_GAPS),
    missing: channels.map((name, k) => ({ name, count: missing[k] })),
  };
}
