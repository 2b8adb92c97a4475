/** Proposed segments beside the labels that there are. Pure. */
import type { Label, ProposedSegment } from '../../../shared/domain/activity.ts';

const LETTERS = 26;

/** A, B, …, Z, A2, B2, … */
export function groupName(group: number): string {
  const round = Math.floor(group / LETTERS);
  return String.fromCharCode(65 + (group % LETTERS)) + (round > 0 ? String(round + 1) : '');
}

/** What no label covers; `labels` by their start, without overlaps. */
export function unlabelled(
  proposals: readonly ProposedSegment[],
  labels: readonly Pick<Label, 'start' | 'end'>[],
): ProposedSegment[] {
  return proposals.flatMap((proposal) => {
    const parts: ProposedSegment[] = [];
    let from = proposal.start;
    for (const { start, end } of labels) {
      if (end <= from) continue;
      if (start >= proposal.end) break;
      if (start > from) parts.push({ ...proposal, start: from, end: start });
      from = end;
    }
    if (from < proposal.end) parts.push({ ...proposal, start: from });
    return parts;
  });
}
