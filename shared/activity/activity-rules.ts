/**
 * What a machine does in which order and for how long, as its labels show it; and where it does
 * otherwise. Only bouts with labelled neighbours on both sides are whole; of activities with few of
 * them nothing is said.
 */
import type { ActivityRules, ActivitySegment, Label } from '../domain/activity.ts';

/** Fewer bouts tell neither what follows nor how long it takes. */
const BOUTS_MIN = 5;
/** Longer than the longest and shorter than the shortest bout by this is told. */
const SLACK = 1.5;

/** `labels`: of each recording; `gapMs`: labels further apart are no neighbours. */
export function learnRules(
  recordings: readonly (readonly Label[])[],
  gapMs: number,
): ActivityRules {
  const lengths = new Map<string, number[]>();
  const followers = new Map<string, Set<string>>();
  const leaves = new Map<string, number>();
  for (const labels of recordings) {
    const bouts = joined(labels, gapMs);
    bouts.forEach((bout, i) => {
      const [before, after] = [bouts[i - 1], bouts[i + 1]];
      const isNear = (a?: Bout, b?: Bout): boolean => !!a && !!b && b.start - a.end <= gapMs;
      if (isNear(bout, after)) {
        const known = followers.get(bout.activity) ?? new Set();
        followers.set(bout.activity, known.add(after.activity));
        leaves.set(bout.activity, (leaves.get(bout.activity) ?? 0) + 1);
      }
      if (!isNear(before, bout) || !isNear(bout, after)) return;
      const known = lengths.get(bout.activity) ?? [];
      lengths.set(bout.activity, [...known, bout.end - bout.start]);
    });
  }
  const isKnown = (activity: string): boolean => (leaves.get(activity) ?? 0) >= BOUTS_MIN;
  const isTimed = ([, all]: [string, number[]]): boolean => all.length >= BOUTS_MIN;
  return {
    followers: [...followers]
      .filter(([activity]) => isKnown(activity))
      .map(([activity, known]) => ({ activity, followers: [...known].sort() })),
    lengths: [...lengths].filter(isTimed).map(([activity, all]) => {
      return { activity, shortestMs: Math.min(...all), longestMs: Math.max(...all) };
    }),
  };
}

interface Bout {
  readonly activity: string;
  readonly start: number;
  readonly end: number;
}

/** Labels of one activity that touch are one bout. */
function joined(labels: readonly Label[], gapMs: number): Bout[] {
  const bouts: Bout[] = [];
  const activities = labels.filter(({ kind }) => kind === 'activity');
  for (const { activity, start, end } of activities.toSorted((a, b) => a.start - b.start)) {
    const last = bouts.at(-1);
    const goesOn = last?.activity === activity && start - last.end <= gapMs;
    if (goesOn) bouts[bouts.length - 1] = { ...last, end };
    else bouts.push({ activity, start, end });
  }
  return bouts;
}

export interface RuleBreak {
  /** `order`: it follows what it never followed; `dwell`: it is too short, or too long. */
  readonly kind: 'order' | 'dwell';
  readonly start: number;
  readonly end: number;
  readonly activity: string;
  /** Of an order: what it followed. */
  readonly before: string | null;
  /** ms, of a dwell: how long it was, and the limit it passed. */
  readonly found: number;
  readonly expected: number;
  readonly isOpen: boolean;
}

/**
 * Of consecutive segments, the last of which may go on. What is unknown says nothing of the order,
 * and an activity beside it or at an end of the list may have been longer than it looks.
 */
export function ruleBreaks(
  segments: readonly ActivitySegment[],
  { followers, lengths }: ActivityRules,
  gapMs: number,
): RuleBreak[] {
  return segments.flatMap((segment, i): RuleBreak[] => {
    const { start, end, activity } = segment;
    if (activity === null) return [];
    const isOpen = i === segments.length - 1;
    const about = { start, end, activity, before: null, found: end - start, expected: 0, isOpen };
    const before = neighbour(segments[i - 1], segment, gapMs);
    const after = neighbour(segment, segments[i + 1], gapMs);
    const known = before && followers.find((one) => one.activity === before.activity)?.followers;
    const order = known && !known.includes(activity);
    const limits = lengths.find((one) => one.activity === activity);
    const [found, longest] = [end - start, SLACK * (limits?.longestMs ?? Infinity)];
    const shortest = (limits?.shortestMs ?? 0) / SLACK;
    const isWhole = before && after;
    return [
      ...(order
        ? [{ ...about, kind: 'order' as const, before: before.activity, isOpen: false }]
        : []),
      ...(found > longest
        ? [{ ...about, kind: 'dwell' as const, expected: limits!.longestMs }]
        : []),
      ...(isWhole && found < shortest
        ? [{ ...about, kind: 'dwell' as const, expected: limits!.shortestMs }]
        : []),
    ];
  });
}

/** The first of two, when both are known and touch. */
function neighbour(
  a: ActivitySegment | undefined,
  b: ActivitySegment | undefined,
  gapMs: number,
): (ActivitySegment & { readonly activity: string }) | null {
  if (!a || !b || a.activity === null || b.activity === null) return null;
  return b.start - a.end <= gapMs ? { ...a, activity: a.activity } : null;
}
