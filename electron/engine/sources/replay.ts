/** A stored stream once more: its rows with their own times, faster or slower than they came. */
import type { SourceConfig } from '../../../shared/domain/feed.ts';
import { sleep } from './piece.ts';
import type { SourceLimits } from './source-limits.ts';
import type { Source, SourceHost, SourcePiece, SourceRows } from './source.ts';

export type ReplayConfig = Extract<SourceConfig, { kind: 'replay' }>;

/** `speed` is the time that passes in the recording over the time that passes here. */
export function createReplaySource(
  { stream, speed }: ReplayConfig,
  host: SourceHost,
  limits: SourceLimits,
): Source {
  return {
    read: async function* (signal) {
      const what = `replay of ${stream} at ×${speed}`;
      const stored = host.resume('');
      const after = stored === null ? -Infinity : Number(stored);
      let start: { readonly wall: number; readonly t: number } | null = null;
      host.status('open', what);
      for await (const rows of host.stored(stream)) {
        let from = 0;
        while (from < rows.t.length && rows.t[from] <= after) from++;
        while (from < rows.t.length && !signal.aborted) {
          start ??= { wall: Date.now(), t: rows.t[from] };
          const now = start.t + speed * (Date.now() - start.wall);
          let to = from;
          while (to < rows.t.length && rows.t[to] <= now) to++;
          if (to > from) yield pieceOf(rows, from, to);
          else await sleep(waitMs(rows.t[from] - now, speed, limits), signal);
          from = to;
        }
        if (signal.aborted) break;
      }
      host.status('ended', what);
    },
  };
}

/** Rows that come fast are handed on in batches. */
function waitMs(behindMs: number, speed: number, { replayBatchMs }: SourceLimits): number {
  return Math.max(replayBatchMs, Math.min(behindMs / speed, 60_000));
}

function pieceOf({ names, t, columns }: SourceRows, from: number, to: number): SourcePiece {
  return {
    content: {
      names,
      t: t.slice(from, to),
      columns: columns.map((column) => column.slice(from, to)),
    },
    arrived: Date.now(),
    origin: '',
    complete: true,
    subject: '',
    position: String(t[to - 1]),
  };
}
