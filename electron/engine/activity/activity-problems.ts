/** Where a machine did what its labels never show, as events of its stream. */
import { ruleBreaks, type RuleBreak } from '../../../shared/activity/activity-rules.ts';
import type { ActivitySegment } from '../../../shared/domain/activity.ts';
import type { RecogniserCard } from '../../../shared/domain/recogniser.ts';
import type { ProblemReport } from '../store/live-records.ts';

/** Hops behind the newest answer at which segments hardly change any more. */
const SETTLED_HOPS = 10;

/**
 * Of consecutive segments. Of live ones (`isLive`) the newest may still be revised, and the last
 * goes on.
 */
export function activityProblems(
  segments: readonly ActivitySegment[],
  { rules, windowMs, hopMs }: RecogniserCard,
  isLive: boolean,
): ProblemReport[] {
  if (!rules || segments.length === 0) return [];
  const until = isLive ? segments[segments.length - 1].end - SETTLED_HOPS * hopMs : Infinity;
  return ruleBreaks(segments, rules, windowMs)
    .filter(({ start }) => start <= until)
    .map((one) => problemOf(one, isLive));
}

function problemOf(found: RuleBreak, isLive: boolean): ProblemReport {
  const { kind, start, end, activity, before, isOpen } = found;
  return {
    ...{ kind, channel: '', start, end, found: found.found, expected: found.expected },
    detail: before === null ? activity : `${before} → ${activity}`,
    isOpen: isOpen && isLive,
  };
}
