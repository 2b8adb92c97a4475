/** Marks of a recording on the terminal. */
import type { Mark, MarkKind } from '../../shared/domain/mark.ts';
import { formatDuration, formatMoment } from '../../shared/domain/words.ts';

const WORDS: Readonly<Record<MarkKind, string>> = {
  flat: 'stood still',
  missing: 'had no value',
  gap: 'no rows came',
  'clock-jump': 'the clock went back',
  'level-shift': 'moved to another level',
  shape: 'took a shape never seen',
};

/** One line for each kind and channel: "flow stood still 2 times, 3 h in all, first at …". */
export function markLines(marks: readonly Mark[], hasTime: boolean): string[] {
  const groups = new Map<string, Mark[]>();
  for (const mark of marks) {
    const what = `${mark.channel} ${WORDS[mark.kind]}`.trim();
    groups.set(what, [...(groups.get(what) ?? []), mark]);
  }
  return [...groups].map(([what, found]) => {
    const total = found.reduce((sum, { start, end }) => sum + end - start, 0);
    const times = found.length === 1 ? 'once' : `${found.length} times`;
    const length = total > 0 ? `, ${formatDuration(total)} in all` : '';
    const at = found.length === 1 ? 'at' : 'first at';
    return `  ${what} ${times}${length}, ${at} ${formatMoment(found[0].start, hasTime)}`;
  });
}
