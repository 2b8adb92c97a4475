/**
 * Where live data come from. A source knows how to open, read and reconnect; it knows nothing of
 * what the bytes mean. It is pulled: while nobody asks for the next piece, it reads no further,
 * or, where the other side cannot wait, it drops the oldest and says how many.
 */
import type { SourceStatus } from '../../../shared/domain/feed.ts';

/** What came in at once. */
export interface SourcePiece {
  /** Bytes for the decoder, or rows where the protocol has numbers of its own. */
  readonly content: Uint8Array | SourceRows;
  /** ms, by the clock of this machine. */
  readonly arrived: number;
  /** What it belongs to: a topic, a file, a connection. Pieces of different origins are decoded
   * apart. There are few origins, and they are used again. */
  readonly origin: string;
  /** A message, connection or file is whole with it: the decoder's `end` is due after its bytes,
   * of which there may be none. */
  readonly complete: boolean;
  /** It begins in the middle of something: the decoder's `join` is due before its bytes. */
  readonly joined?: boolean;
  /** Names a value that has no name of its own: the topic of a message; else empty. */
  readonly subject: string;
  /** Where to go on after a restart once this piece is stored; see SourceHost.resume. */
  readonly position?: string;
  /** Call once the rows are stored for good: brokers and clients count on it. */
  readonly acknowledge?: () => void;
}

export interface SourceRows {
  readonly names: readonly string[];
  /** Device time, ms; NaN: none. */
  readonly t: Float64Array;
  /** A column for each name. */
  readonly columns: readonly Float64Array[];
}

export interface Source {
  /**
   * Pieces as they come, until the source ends by itself or the signal aborts. Reconnects by itself
   * with jittered back-off; throws Failure only where trying again cannot help.
   */
  read(signal: AbortSignal): AsyncIterable<SourcePiece>;
}

/** What a source tells while it runs, and what it asks. */
export interface SourceHost {
  status(status: SourceStatus, detail: string): void;
  /** Pieces dropped because the other side could not wait. */
  dropped(pieces: number): void;
  reconnected(): void;
  /** The position of the last stored piece of an origin; null: none. */
  resume(origin: string): string | null;
  /** The rows of a stored stream in time order, for replays. */
  stored(stream: string): AsyncIterable<SourceRows>;
}
