/** Cuts bytes into lines for the decoders of text. Lines end with CR, LF or both, or as told. */
import { textOf } from './byte-text.ts';
import { DECODE_LIMITS, type Decoder, type RowSink } from './decoder.ts';

export interface LineReader {
  /** A line, neither empty nor blank, without its end; the bytes may be reused after the call. */
  line(bytes: Uint8Array, from: number, to: number, sink: RowSink): void;
  /** The message or connection is whole; for readers of several lines. */
  end?(sink: RowSink): void;
}

const LF = 10;
const CR = 13;

export function createLineDecoder(reader: LineReader, lineEnd?: string): Decoder {
  return new LineDecoder(reader, lineEnd);
}

class LineDecoder implements Decoder {
  readonly #reader: LineReader;
  readonly #first: number;
  readonly #second: number;
  /** The begun line. */
  #held = new Uint8Array(256);
  #heldBytes = 0;
  /** In a line that is too long: the rest of it is passed over. */
  #skipping = false;
  #joined = false;

  constructor(reader: LineReader, lineEnd: string | undefined) {
    this.#reader = reader;
    this.#first = lineEnd ? lineEnd.charCodeAt(0) : LF;
    this.#second = lineEnd ? this.#first : CR;
  }

  push(bytes: Uint8Array, sink: RowSink): void {
    const first = this.#first;
    const second = this.#second;
    const { length } = bytes;
    let from = 0;
    for (let i = 0; i < length; i++) {
      const byte = bytes[i];
      if (byte !== first && byte !== second) continue;
      this.#finish(bytes, from, i, sink);
      from = i + 1;
    }
    this.#hold(bytes, from, length, sink);
  }

  end(sink: RowSink): void {
    this.#finish(this.#held, 0, 0, sink);
    this.#joined = false;
    this.#reader.end?.(sink);
  }

  join(): void {
    this.#heldBytes = 0;
    this.#skipping = false;
    this.#joined = true;
  }

  #hold(bytes: Uint8Array, from: number, to: number, sink: RowSink): void {
    if (this.#skipping || from === to) return;
    const total = this.#heldBytes + to - from;
    if (total > this.#held.length) {
      // One more than the longest line, so that a line that is too long is seen as such.
      const larger = new Uint8Array(Math.min(2 * total, DECODE_LIMITS.lineBytes + 1));
      larger.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = larger;
    }
    const taken = Math.min(to - from, this.#held.length - this.#heldBytes);
    this.#held.set(bytes.subarray(from, from + taken), this.#heldBytes);
    this.#heldBytes += taken;
    if (this.#heldBytes <= DECODE_LIMITS.lineBytes) return;
    this.#refuse(this.#held, 0, this.#heldBytes, sink);
    this.#skipping = true;
    this.#heldBytes = 0;
  }

  #finish(bytes: Uint8Array, from: number, to: number, sink: RowSink): void {
    if (this.#heldBytes > 0) this.#hold(bytes, from, to, sink);
    if (this.#skipping) this.#skipping = false;
    else if (this.#heldBytes > 0) this.#take(this.#held, 0, this.#heldBytes, sink);
    else if (from < to) this.#take(bytes, from, to, sink);
    this.#heldBytes = 0;
  }

  #take(bytes: Uint8Array, from: number, to: number, sink: RowSink): void {
    if (to - from > DECODE_LIMITS.lineBytes) return this.#refuse(bytes, from, to, sink);
    if (bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf) from += 3;
    if (isBlank(bytes, from, to)) return;
    // A line that was joined midway is only trusted when it holds no number: names, a greeting.
    const cut = this.#joined && hasDigit(bytes, from, to);
    this.#joined = false;
    if (!cut) this.#reader.line(bytes, from, to, sink);
  }

  #refuse(bytes: Uint8Array, from: number, to: number, sink: RowSink): void {
    this.#joined = false;
    const kilobytes = DECODE_LIMITS.lineBytes / 1024;
    const reason = `A line longer than ${kilobytes} KiB; lines with one row each were expected.`;
    sink.bad(shownText(bytes, from, to), reason);
  }
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  while (from < to && bytes[from] <= 32) from++;
  return from >= to;
}

function hasDigit(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] >= 48 && bytes[i] <= 57) return true;
  return false;
}

/** As much of it as is shown of what could not be read. */
export function shownText(bytes: Uint8Array, from: number, to: number): string {
  return textOf(bytes, from, Math.min(to, from + 4 * DECODE_LIMITS.badChars)).slice(
    0,
    DECODE_LIMITS.badChars,
  );
}
