/** The report of a stream's newest model, from what the store holds. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { AnomalyEvent } from '../../../shared/domain/event.ts';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import type { Store } from '../store/store-api.ts';
import { excerptEvents, renderReport, type ReportViews } from './report-html.ts';

const POINTS = 1200;
const EXCERPT_ROWS_MIN = 120;

/** Throws Failure not-found when nothing has been learnt of the stream. */
export async function reportOf(store: Store, streamId: number): Promise<string> {
  const stream = await store.read['stream.get'](streamId);
  const card = await store.read['model.active'](streamId);
  if (!card || !stream.range) {
    throw new Failure(
      'not-found',
      `Nothing has been learnt of ${stream.name} yet; learn its normal behaviour first.`,
    );
  }
  const views = async (range: TimeRange): Promise<ReportViews> => ({
    range,
    hasTime: stream.hasTime,
    series: await store.read['stream.view'](streamId, range, POINTS),
    scores: await store.read['score.view'](card.id, range, POINTS),
  });
  const events = await store.read['event.list'](card.id);
  const around = (event: AnomalyEvent): TimeRange => {
    const margin = Math.max(event.end - event.start, EXCERPT_ROWS_MIN * stream.periodMs);
    return {
      from: Math.max(stream.range!.from, event.start - margin),
      to: Math.min(stream.range!.to, event.end + margin),
    };
  };
  const excerpts: ReportViews[] = [];
  for (const event of excerptEvents(events)) excerpts.push(await views(around(event)));
  return renderReport({ stream, card, events, whole: await views(stream.range), excerpts });
}
