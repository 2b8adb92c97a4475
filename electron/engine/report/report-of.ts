/** The report of a stream's newest model, from what the store holds. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { ActivitySegment, LabelKind } from '../../../shared/domain/activity.ts';
import type { AnomalyEvent } from '../../../shared/domain/event.ts';
import type { KeptEvent } from '../../../shared/domain/kept-event.ts';
import type { TellProgress } from '../../../shared/domain/job.ts';
import type { Language } from '../../../shared/domain/event-words.ts';
import { SCORE_COLUMNS } from '../../../shared/domain/score.ts';
import type { StreamInfo, TimeRange } from '../../../shared/domain/stream.ts';
import { formatSpan } from '../../../shared/domain/words.ts';
import type { Reads } from '../store/local-reads.ts';
import { activitiesIn, statisticsOf } from '../activity/activity-statistics.ts';
import { dataQuality } from './data-quality.ts';
import {
  evaluate,
  type BesideEvent,
  strongestOf,
  type MarkedSpans,
  type ReportEvent,
  type ReportExcerpt,
  type ReportModel,
  type ReportViews,
  type ThresholdHistory,
} from './report-model.ts';
import { eventSentence } from '../../../shared/domain/event-words.ts';
import { problemSentence } from '../../../shared/domain/problem-words.ts';

/** Points over the whole stretch: less a channel when there are many. */
const POINTS_MAX = 1200;
const POINTS_MIN = 200;
const CHANNEL_POINTS = 12_000;
const EXCERPT_POINTS = 240;
const EXCERPT_ROWS_MIN = 120;
/** Events with an excerpt of their own. */
const EXCERPTS_MAX = 100;

/**
 * Everything a report says of a stretch; the whole recording when null. Throws Failure not-found
 * when nothing has been learnt of the stream, bad-usage when the stretch lies outside of it.
 */
export async function reportOf(
  store: Reads,
  streamId: number,
  language: Language,
  asked: TimeRange | null = null,
  tell: TellProgress = () => undefined,
): Promise<ReportModel> {
  const stream = await store.read['stream.get'](streamId);
  const card = await store.read['model.active'](streamId);
  if (!card || !stream.range) {
    throw new Failure(
      'not-found',
      `Nothing has been learnt of ${stream.name} yet; learn its normal behaviour first.`,
    );
  }
  const range = within(stream, asked);
  const viewOf = async (stretch: TimeRange, points: number): Promise<ReportViews> => ({
    range: stretch,
    hasTime: stream.hasTime,
    series: await store.read['stream.view'](streamId, stretch, points),
    scores: await store.read['score.view'](card.id, stretch, points),
  });
  const all = await store.read['event.list'](card.id);
  // A row stands for the period after it.
  const lasting = { from: range.from, to: range.to + stream.periodMs - 1 };
  const did = await activitiesIn(store.read, streamId, lasting);
  const events = all
    .filter(({ start, end }) => end >= range.from && start <= range.to)
    .map((event, i) =>
      reportEvent(event, i + 1, stream, language, activityAt(did.segments, event)),
    );
  const excerpts: ReportExcerpt[] = [];
  const strongest = strongestOf(events, EXCERPTS_MAX);
  // The whole stretch, its data and the writing count for a step each.
  const steps = strongest.length + 3;
  for (const event of strongest) {
    tell('write', excerpts.length, steps, 'steps');
    const views = await viewOf(around(event.event, stream), EXCERPT_POINTS);
    excerpts.push({ event, views });
  }
  const share = Math.floor(CHANNEL_POINTS / card.channels.length);
  const points = Math.min(POINTS_MAX, Math.max(POINTS_MIN, share));
  tell('write', strongest.length, steps, 'steps');
  const whole = await viewOf(range, points);
  tell('write', strongest.length + 1, steps, 'steps');
  const quality = await dataQuality(store, stream, card.channels, range);
  tell('write', strongest.length + 2, steps, 'steps');
  return {
    ...{ language, stream, card, range, events, whole, excerpts },
    beside: await besideEvents(store, streamId, language, range),
    quality,
    threshold: thresholdHistory(whole),
    activities: did.segments.length === 0 ? null : statisticsOf(did, stream.periodMs),
    evaluation: evaluate(events, await markedSpans(store, streamId, range)),
  };
}

async function besideEvents(
  store: Reads,
  streamId: number,
  language: Language,
  range: TimeRange,
): Promise<readonly BesideEvent[]> {
  const problems = await store.read['problem.list'](streamId, range);
  return problems.map(({ kind, channel, start, end, found, expected, detail }) => {
    const problem = { kind, channel, start, end, found, expected, detail };
    return { problem, sentence: problemSentence(problem, language) };
  });
}

function within(stream: StreamInfo, asked: TimeRange | null): TimeRange {
  const held = stream.range!;
  if (!asked) return held;
  const range = { from: Math.max(asked.from, held.from), to: Math.min(asked.to, held.to) };
  if (range.from <= range.to) return range;
  throw new Failure(
    'bad-usage',
    `${stream.name} has no row from ${formatSpan(asked, stream.hasTime)}; ` +
      `it holds ${formatSpan(held, stream.hasTime)}.`,
  );
}

/** Labels of people that reach into the stretch. */
async function markedSpans(
  store: Reads,
  streamId: number,
  { from, to }: TimeRange,
): Promise<MarkedSpans> {
  const labels = await store.read['label.list'](streamId);
  const of = (kind: LabelKind): TimeRange[] =>
    labels
      .filter((label) => label.kind === kind && label.end > from && label.start <= to)
      // A label's end is the first moment that does not belong to it.
      .map(({ start, end }) => ({ from: start, to: end - 1 }));
  return { incidents: of('anomaly'), normal: of('normal') };
}

/** What went on when the event began; empty where nothing known was recognised. */
export function activityAt(
  segments: readonly ActivitySegment[],
  { start }: Pick<AnomalyEvent, 'start'>,
): string {
  return segments.find((one) => one.start <= start && start < one.end)?.activity ?? '';
}

function reportEvent(
  event: KeptEvent,
  number: number,
  stream: StreamInfo,
  language: Language,
  activity: string,
): ReportEvent {
  const sentence = eventSentence(event, stream.channels, language);
  const { verdict, label, note } = event.triage;
  return { number, event, sentence, activity, verdict, label, note };
}

function around(event: AnomalyEvent, stream: StreamInfo): TimeRange {
  const margin = Math.max(event.end - event.start, EXCERPT_ROWS_MIN * stream.periodMs);
  return {
    from: Math.max(stream.range!.from, event.start - margin),
    to: Math.min(stream.range!.to, event.end + margin),
  };
}

function thresholdHistory({ scores }: ReportViews): ThresholdHistory {
  const column = SCORE_COLUMNS.indexOf('threshold');
  const finite = (values: Float64Array): number[] => [...values].filter(Number.isFinite);
  const mean = finite(scores.mean[column]);
  const lowest = finite(scores.min[column]).reduce((a, b) => Math.min(a, b), Infinity);
  const highest = finite(scores.max[column]).reduce((a, b) => Math.max(a, b), -Infinity);
  if (mean.length === 0) return { first: NaN, last: NaN, lowest: NaN, highest: NaN };
  return { first: mean[0], last: mean.at(-1)!, lowest, highest };
}
