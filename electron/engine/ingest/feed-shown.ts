/** A feed as windows see it: what is kept, what is told, without what is secret. */
import type { FeedState } from '../../../shared/domain/feed-state.ts';
import type { FeedRecord } from '../store/live-records.ts';
import type { FeedNews } from './feed-place.ts';
import { withSecret } from './feed-secrets.ts';

export function feedStateOf(
  record: FeedRecord,
  news: FeedNews | null,
  failure: string | null,
): FeedState {
  const { id, streamId, name, checks, isPaused, totals } = record;
  const { bytes, rows, bad, dropped, reconnects } = totals;
  const told = news ?? {
    status: 'connecting' as const,
    detail: '',
    counters: { bytes, rows, bad, dropped, reconnects, lagMs: null, rate: 0 },
    late: totals.late,
    duplicates: totals.duplicates,
    storedTo: null,
    decoder: record.decoder,
  };
  return {
    ...{ id, streamId, name, checks },
    source: withSecret(record.source, ''),
    ...told,
    ...(isPaused && { status: 'paused' as const, detail: '' }),
    ...(failure !== null && { status: 'failed' as const, detail: failure }),
    isPaused,
  };
}
