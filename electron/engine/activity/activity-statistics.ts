/** Time in activities of a stored stream: of what was recognised, else of what was labelled. */
import { statisticsTable } from '../../../shared/activity/statistics-table.ts';
import { boutsOf, timePerDay, transitionsOf } from '../../../shared/activity/statistics.ts';
import type {
  ActivitySegment,
  ActivityStatistics,
  ActivityTable,
  LabelFile,
} from '../../../shared/domain/activity.ts';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import type { Store } from '../store/store-api.ts';
import { fileStem } from './label-files.ts';

const ALWAYS: TimeRange = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };
/** Segments further apart, in usual steps of the stream, do not follow each other. */
const GAP_STEPS = 10;

export async function activityStatistics(
  { read }: Pick<Store, 'read'>,
  streamId: number,
  range: TimeRange | null,
): Promise<ActivityStatistics> {
  const { periodMs } = await read['stream.get'](streamId);
  return statisticsOf(await activitiesIn(read, streamId, range ?? ALWAYS), periodMs);
}

/** A part of the statistics as CSV, times in ms. */
export async function exportStatistics(
  { read }: Pick<Store, 'read'>,
  streamId: number,
  table: ActivityTable,
): Promise<LabelFile> {
  const { name } = await read['stream.get'](streamId);
  const statistics = await activityStatistics({ read }, streamId, null);
  const fileName = `${fileStem(name)}.${table}.csv`;
  return { fileName, text: statisticsTable(statistics, table) };
}

/** What went on, cut to a range. */
export interface ActivitiesIn {
  readonly source: ActivityStatistics['source'];
  readonly segments: readonly ActivitySegment[];
}

export function statisticsOf(
  { source, segments }: ActivitiesIn,
  periodMs: number,
): ActivityStatistics {
  return {
    source,
    days: timePerDay(segments),
    bouts: boutsOf(segments),
    transitions: transitionsOf(segments, GAP_STEPS * periodMs),
  };
}

/** As the active recogniser says, else as people labelled. */
export async function activitiesIn(
  read: Store['read'],
  streamId: number,
  range: TimeRange,
): Promise<ActivitiesIn> {
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
