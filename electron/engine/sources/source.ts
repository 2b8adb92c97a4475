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
  /** Where it came from where that matters: a topic, a file, a peer. Pieces of different origins
   * are decoded apart. */
  readonly origin: string;
  /** Call once the rows are stored for good: brokers count on it. */
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

/** What a source tells while it runs. */
export interface SourceHost {
  status(status: SourceStatus, detail: string): void;
  /** Pieces dropped because the other side could not wait. */
  dropped(pieces: number): void;
  reconnected(): void;
}
