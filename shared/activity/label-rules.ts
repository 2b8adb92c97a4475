/** What labels must keep to, in words a person can act on. */
import type { Label, NewLabel } from '../domain/activity.ts';
import { formatMoment } from '../domain/words.ts';
import type { TimeRange } from '../domain/stream.ts';

/**
 * Null when the label may stand; else one sentence. Labels of one kind do not overlap: two
 * activities at once cannot be told apart.
 */
export function labelRefusal(
  label: NewLabel,
  others: readonly Label[],
  range: TimeRange | null,
): string | null {
  const { start, end, kind, activity } = label;
  const words = (ms: number): string => formatMoment(ms, true);
  if (!(end > start)) {
    return `The label ends at ${words(end)}, not after its start at ${words(start)}.`;
  }
  if (kind === 'activity' && activity.trim() === '') {
    return `The label from ${words(start)} to ${words(end)} names no activity.`;
  }
  if (!range || end <= range.from || start > range.to) {
    const data = range ? `${words(range.from)} to ${words(range.to)}` : 'no row';
    return (
      `The label from ${words(start)} to ${words(end)} lies outside of the recording, ` +
      `which holds ${data}.`
    );
  }
  const clash = others.find((other) => {
    return other.kind === kind && other.start < end && other.end > start;
  });
  if (!clash) return null;
  const named = clash.kind === 'activity' ? clash.activity : clash.kind;
  return (
    `The label from ${words(start)} to ${words(end)} overlaps "${named}" from ` +
    `${words(clash.start)} to ${words(clash.end)}; move one of them or remove the other.`
  );
}
