/** What another program writes to our standard input. While nobody reads, that program waits. */
import type { Readable } from 'node:stream';
import { streamEnd, streamPiece } from './piece.ts';
import type { Source, SourceHost } from './source.ts';

export function createStdinSource(host: SourceHost, input: Readable = process.stdin): Source {
  return {
    read: async function* (signal) {
      const what = 'standard input';
      const abort = (): void => void input.destroy();
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort);
      host.status('open', what);
      try {
        for await (const bytes of input) yield streamPiece(Buffer.from(bytes), what);
        yield streamEnd(what);
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        signal.removeEventListener('abort', abort);
      }
      host.status('ended', what);
    },
  };
}
