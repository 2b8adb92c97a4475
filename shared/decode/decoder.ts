/**
 * Bytes to rows. A decoder keeps what it got of a row until the rest comes: however a stream of
 * bytes is cut into pushes, the rows are the same. It never throws on bytes; what it cannot read it
 * hands over with a reason and goes on behind it.
 */
export interface Decoder {
  push(bytes: Uint8Array, sink: RowSink): void;
  /** No more bytes come: what is held back is read as it is. */
  end(sink: RowSink): void;
}

export interface RowSink {
  /**
   * A row, or the part of one that a message carried. t: device time, ms, NaN when it has none.
   * `names` is the same array as long as the layout is; values may be reused after the call, NaN
   * where missing.
   */
  row(t: number, names: readonly string[], values: ArrayLike<number>): void;
  /** What could not be read, shortened, and why. */
  bad(text: string, reason: string): void;
}
