/**
 * Bytes to rows. A decoder keeps what it got of a row until the rest comes: however a stream of
 * bytes is cut into pushes, the rows are the same. It never throws on bytes; what it cannot read it
 * hands over with a reason and goes on behind it. What it keeps is bounded by DECODE_LIMITS.
 */
export interface Decoder {
  push(bytes: Uint8Array, sink: RowSink): void;
  /**
   * The message, connection or file is whole: what is held back is read as it is. The decoder may
   * be used on for the next one; names that a header gave stay until another header comes.
   */
  end(sink: RowSink): void;
  /** What comes next was going on before it was listened to: half a row at its start is passed
   * over. */
  join(): void;
}

export interface RowSink {
  /**
   * A row, or the part of one that a message carried. t: device time, ms, NaN when it has none.
   * `names` is the same array as long as the layout is, each name once and as the device writes it:
   * a unit in brackets is part of it (splitUnit parts them). Values may be reused after the call,
   * NaN where missing.
   */
  row(t: number, names: readonly string[], values: ArrayLike<number>): void;
  /** What could not be read, shortened, and why. */
  bad(text: string, reason: string): void;
}

export const DECODE_LIMITS = {
  /** Longer lines and messages are set aside. */
  lineBytes: 1024 * 1024,
  /** More columns than this are no row. */
  columns: 4096,
  /** Layouts (sets of names) remembered at once. */
  layouts: 64,
  /** Shown of what could not be read. */
  badChars: 200,
  /** Nesting of JSON that is looked into. */
  depth: 16,
} as const;
