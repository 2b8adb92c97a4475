/** How a feed goes: one line that is written over on a terminal, a line now and then elsewhere. */
import type { FeedState } from '../../shared/domain/feed-state.ts';
import { formatCount, formatTime } from '../../shared/domain/words.ts';

const LINE_INTERVAL_MS = 5000;
const ERASE_LINE = '\r\u001b[2K';

export interface FeedView {
  update(feed: FeedState): void;
  /** Makes room for a line of something else. */
  clear(): void;
  stop(): void;
}

export function createFeedView(out: NodeJS.WriteStream): FeedView {
  let writtenAt = -Infinity;
  let status = '';
  const clear = (): void => {
    if (out.isTTY) out.write(ERASE_LINE);
  };
  return {
    update: (feed) => {
      if (out.isTTY) {
        out.write(`${ERASE_LINE}${describe(feed).slice(0, (out.columns ?? 80) - 1)}`);
        return;
      }
      const now = performance.now();
      if (feed.status === status && now - writtenAt < LINE_INTERVAL_MS) return;
      status = feed.status;
      writtenAt = now;
      out.write(`${describe(feed)}\n`);
    },
    clear,
    stop: clear,
  };
}

function describe({ status, detail, counters, storedTo, late, duplicates }: FeedState): string {
  const { rows, rate, bad, dropped, reconnects } = counters;
  const notes = [
    [bad, 'set aside'],
    [dropped, 'pieces dropped'],
    [late, 'late'],
    [duplicates, 'duplicate'],
    [reconnects, 'reconnects'],
  ] as const;
  const parts = [
    status === 'open' ? 'open' : `${status}: ${detail}`,
    `${formatCount(rows)} rows`,
    `${formatCount(rate)} rows/s`,
    ...notes.flatMap(([count, what]) => (count > 0 ? [`${formatCount(count)} ${what}`] : [])),
    ...(storedTo === null ? [] : [`stored to ${formatTime(storedTo)}`]),
  ];
  return parts.join(' · ');
}
