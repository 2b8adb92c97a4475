/** Time in activities of a stored stream: of what was recognised, else of what was labelled. */
import { boutsOf, timePerDay, transitionsOf } from '../../../shared/activity/statistics.ts';
import type { ActivitySegment, ActivityStatistics } from '../../../shared/domain/activity.ts';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import type { Store } from '../store/store-api.ts';

const ALWAYS: TimeRange = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };
/** Segments further apart, in usual steps of the stream, do not follow each other. */
const GAP_STEPS = 10;

export async function activityStatistics(
  { read }: Pick<Store, 'read'>,
  streamId: number,
  range: TimeRange | null,
): Promise<ActivityStatistics> {
  const { periodMs } = await read['stream.get'](streamId);
  const { source, segments } = await activitiesIn(read, streamId, range ?? ALWAYS);
  return {
    source,
    days: timePerDay(segments),
    bouts: boutsOf(segments),
    transitions: transitionsOf(segments, GAP_STEPS * periodMs),
  };
}

/** What went on, cut to the range. */
async function activitiesIn(
  read: Store['read'],
  streamId: number,
  range: TimeRange,
): Promise<{ source: ActivityStatistics['source']; segments: readonly ActivitySegment[] }> {
  if (await read['recogniser.active'](streamId)) {
    const segments = await read['segment.list'](streamId, range);
    return { source: 'segments', segments: cut(segments, range) };
  }
  const labels = await read['label.list'](streamId);
  const activities = labels.filter(({ kind }) => kind === 'activity');
  const segments = activities.map(({ start, end, activity }) => {
    return { start, end, activity, confidence: 1 };
  });
  return { source: 'labels', segments: cut(segments, range) };
}

function cut(segments: readonly ActivitySegment[], { from, to }: TimeRange): ActivitySegment[] {
  return segments.flatMap((segment) => {
    const [start, end] = [Math.max(segment.start, from), Math.min(segment.end, to + 1)];
    return end > start ? [{ ...segment, start, end }] : [];
  });
}
