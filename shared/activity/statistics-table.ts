/** Time spent in activities as tables for other tools: CSV, times in ms, '' for unknown. */
import type { ActivityStatistics, ActivityTable } from '../domain/activity.ts';

export function statisticsTable(
  { days, bouts, transitions }: ActivityStatistics,
  table: ActivityTable,
): string {
  switch (table) {
    case 'days':
      return csv(
        ['day', 'activity', 'total_ms'],
        days.flatMap(({ day, time }) =>
          Object.entries(time).map(([activity, ms]) => [dateOf(day), activity, ms]),
        ),
      );
    case 'bouts':
      return csv(
        ['activity', 'bouts', 'total_ms', 'mean_ms', 'longest_ms'],
        bouts.map((one) => [one.activity, one.count, one.totalMs, one.meanMs, one.longestMs]),
      );
    case 'transitions': {
      const { activities, counts } = transitions;
      return csv(
        ['from', 'to', 'count'],
        activities.flatMap((from, i) => activities.map((to, k) => [from, to, counts[i][k]])),
      );
    }
  }
}

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

type Cell = string | number;

function csv(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [head, ...rows, []].map((row) => row.map(field).join(',')).join('\n');
}

/** Text that a spreadsheet would run is made text. */
function field(value: Cell): string {
  const text = String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
