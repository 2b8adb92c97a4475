/** Time spent in activities, for people: per day, in bouts, and from one to the next. */
import type { ActivitySegment, Bouts, DayOfActivity, Transitions } from '../domain/activity.ts';

const DAY_MS = 86_400_000;

/** Segments that run over midnight count in each of their days. */
export function timePerDay(segments: readonly ActivitySegment[]): DayOfActivity[] {
  const days = new Map<number, Record<string, number>>();
  for (const { start, end, activity } of segments) {
    for (let from = start; from < end;) {
      const day = Math.floor(from / DAY_MS) * DAY_MS;
      const to = Math.min(end, day + DAY_MS);
      const time = days.get(day) ?? {};
      time[activity ?? ''] = (time[activity ?? ''] ?? 0) + to - from;
      days.set(day, time);
      from = to;
    }
  }
  return [...days].sort(([a], [b]) => a - b).map(([day, time]) => ({ day, time }));
}

/** Longest in all first. */
export function boutsOf(segments: readonly ActivitySegment[]): Bouts[] {
  const lengths = new Map<string, number[]>();
  for (const { start, end, activity } of segments) {
    const known = lengths.get(activity ?? '') ?? [];
    known.push(end - start);
    lengths.set(activity ?? '', known);
  }
  const bouts = [...lengths].map(([activity, all]) => {
    const totalMs = all.reduce((sum, ms) => sum + ms, 0);
    const longestMs = all.reduce((most, ms) => Math.max(most, ms), 0);
    return { activity, count: all.length, totalMs, meanMs: totalMs / all.length, longestMs };
  });
  return bouts.sort((a, b) => b.totalMs - a.totalMs);
}

/** Segments further apart than `gapMs` do not follow each other. */
export function transitionsOf(segments: readonly ActivitySegment[], gapMs: number): Transitions {
  const activities = [...new Set(segments.map(({ activity }) => activity ?? ''))].sort();
  const place = new Map(activities.map((activity, i) => [activity, i]));
  const counts = activities.map(() => new Array<number>(activities.length).fill(0));
  for (let i = 1; i < segments.length; i++) {
    const [before, after] = [segments[i - 1], segments[i]];
    if (after.start - before.end > gapMs || before.activity === after.activity) continue;
    counts[place.get(before.activity ?? '')!][place.get(after.activity ?? '')!]++;
  }
  return { activities, counts };
}
