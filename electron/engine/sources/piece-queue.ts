/** Pieces between a source that pushes and a reader that pulls; bounded by number and bytes. */
import type { SourceLimits } from './source-limits.ts';
import type { SourceHost, SourcePiece } from './source.ts';

export interface PieceQueue {
  /** For sources that can wait: resolves once there is room for the next. */
  put(piece: SourcePiece): Promise<void>;
  /** For sources that cannot: drops the oldest where there is no room, and tells the host. */
  offer(piece: SourcePiece): void;
  /** Ends the reading after what is queued; with an error it throws that. */
  close(error?: Error): void;
  read(): AsyncGenerator<SourcePiece>;
}

export function createPieceQueue(host: SourceHost, limits: SourceLimits): PieceQueue {
  let pieces: SourcePiece[] = [];
  let head = 0;
  let bytes = 0;
  let closed = false;
  let failure: Error | undefined;
  let wakeReader: (() => void) | null = null;
  let wakeWriters: (() => void)[] = [];
  /** Origins of which the middle of a stream was dropped. */
  const cut = new Set<string>();

  const isFull = (): boolean =>
    pieces.length - head >= limits.queuePieces || bytes >= limits.queueBytes;
  const add = (piece: SourcePiece): void => {
    pieces.push(piece);
    bytes += sizeOf(piece);
    wakeReader?.();
  };
  const take = (): SourcePiece => {
    const piece = pieces[head++];
    bytes -= sizeOf(piece);
    if (2 * head > pieces.length) {
      pieces = pieces.slice(head);
      head = 0;
    }
    return piece;
  };

  return {
    put: async (piece) => {
      while (isFull() && !closed) {
        await new Promise<void>((resolve) => wakeWriters.push(resolve));
      }
      if (!closed) add(piece);
    },
    offer: (piece) => {
      if (closed) return;
      let dropped = 0;
      while (isFull()) {
        const oldest = take();
        if (!oldest.complete) cut.add(oldest.origin);
        dropped++;
      }
      add(piece);
      if (dropped > 0) host.dropped(dropped);
    },
    close: (error) => {
      closed = true;
      failure ??= error;
      wakeReader?.();
      for (const wake of wakeWriters) wake();
    },
    read: async function* () {
      for (;;) {
        while (head < pieces.length) {
          const piece = take();
          const [first, ...others] = wakeWriters;
          wakeWriters = others;
          first?.();
          yield cut.delete(piece.origin) ? { ...piece, joined: true } : piece;
        }
        if (failure) throw failure;
        if (closed) return;
        await new Promise<void>((resolve) => (wakeReader = resolve));
        wakeReader = null;
      }
    },
  };
}

function sizeOf({ content }: SourcePiece): number {
  if (content instanceof Uint8Array) return content.length;
  return 8 * content.t.length * (1 + content.columns.length);
}
