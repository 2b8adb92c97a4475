/** What labels must keep to, in words a person can act on. */
import type { Label, LabelRefusal, NewLabel } from '../domain/activity.ts';
import { formatMoment } from '../domain/words.ts';
import type { TimeRange } from '../domain/stream.ts';

/**
 * Null when the label may stand. Labels of one kind do not overlap: two activities at once cannot
 * be told apart.
 */
export function labelRefusal(
  label: NewLabel,
  others: readonly (Label | NewLabel)[],
  range: TimeRange | null,
): LabelRefusal | null {
  const { start, end, kind, activity } = label;
  if (!(end > start)) return { code: 'ends-early' };
  if (kind === 'activity' && activity.trim() === '') return { code: 'no-name' };
  if (!range || end <= range.from || start > range.to) return { code: 'outside', data: range };
  const other = others.find((one) => one.kind === kind && one.start < end && one.end > start);
  return other ? { code: 'overlap', other } : null;
}

/** One sentence. */
export function refusalWords({ start, end }: NewLabel, refusal: LabelRefusal): string {
  const [from, to] = [words(start), words(end)];
  switch (refusal.code) {
    case 'ends-early':
      return `The label ends at ${to}, not after its start at ${from}.`;
    case 'no-name':
      return `The label from ${from} to ${to} names no activity.`;
    case 'outside': {
      const { data } = refusal;
      const held = data ? `${words(data.from)} to ${words(data.to)}` : 'no row';
      return `The label from ${from} to ${to} lies outside of the recording, which holds ${held}.`;
    }
    case 'overlap': {
      const { kind, activity, start: first, end: last } = refusal.other;
      const name = kind === 'activity' ? activity : kind;
      return (
        `The label from ${from} to ${to} overlaps "${name}" from ` +
        `${words(first)} to ${words(last)}; move one of them or remove the other.`
      );
    }
  }
}

const words = (ms: number): string => formatMoment(ms, true);
