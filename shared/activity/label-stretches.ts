/** Labels in time become spans of samples in the stretches of a recording that hold them. */
import type { Label } from '../domain/activity.ts';
import type { TimeRange } from '../domain/stream.ts';
import type { Recording } from './recording.ts';
import type { LabelledSpan } from './windows.ts';

export interface LabelStretch {
  /** With room before the first label, for filters to settle. */
  readonly range: TimeRange;
  readonly labels: readonly Label[];
}

/** Labels of activities further apart than `gapMs` lie in stretches of their own. */
export function labelStretches(
  labels: readonly Label[],
  leadMs: number,
  gapMs: number,
): LabelStretch[] {
  const stretches: { range: { from: number; to: number }; labels: Label[] }[] = [];
  const activities = labels.filter(({ kind }) => kind === 'activity');
  for (const label of activities.sort((a, b) => a.start - b.start)) {
    const last = stretches.at(-1);
    if (last && label.start - last.range.to <= gapMs) {
      last.labels.push(label);
      last.range.to = Math.max(last.range.to, label.end);
    } else {
      const range = { from: label.start - leadMs, to: label.end };
      stretches.push({ range, labels: [label] });
    }
  }
  return stretches;
}

/** Samples of a recording whose times lie in the labels. */
export function spansOf(
  labels: readonly Label[],
  { start, stepMs, valid }: Recording,
  recording: number,
  classes: readonly string[],
): LabelledSpan[] {
  return labels.flatMap((label) => {
    const first = Math.max(0, Math.ceil((label.start - start) / stepMs - 1e-6));
    const last = Math.min(valid.length, Math.ceil((label.end - start) / stepMs - 1e-6)) - 1;
    const index = classes.indexOf(label.activity);
    return index < 0 || last < first ? [] : [{ recording, first, last, label: index }];
  });
}
