/** Cuts a line into fields by a delimiter; quoted ones may hold it, and quotes doubled. */
import { DECODE_LIMITS } from './decoder.ts';

/** A quote was opened and not closed. */
export const OPEN_QUOTE = -1;
export const TOO_MANY = -2;

export interface Fields {
  /** The bytes that starts and ends point into: the line's own, or a copy without its quotes. */
  bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Answers the number of fields, OPEN_QUOTE or TOO_MANY. */
  cut(bytes: Uint8Array, from: number, to: number): number;
}

/** Delimiter and quote are codes of characters; a quote of −1 is none. */
export function createFields(delimiter: number, quote: number): Fields {
  const starts = new Int32Array(DECODE_LIMITS.columns);
  const ends = new Int32Array(DECODE_LIMITS.columns);
  let copy = new Uint8Array(256);

  const cutQuoted = (bytes: Uint8Array, from: number, to: number): number => {
    if (copy.length < to - from) copy = new Uint8Array(2 * (to - from));
    let at = 0;
    let count = 0;
    let open = false;
    starts[0] = 0;
    for (let i = from; i < to; i++) {
      const byte = bytes[i];
      if (byte === quote) {
        const doubled = open && i + 1 < to && bytes[i + 1] === quote;
        if (doubled) copy[at++] = bytes[i++];
        else open = !open;
      } else if (byte === delimiter && !open) {
        ends[count++] = at;
        if (count === DECODE_LIMITS.columns) return TOO_MANY;
        starts[count] = at;
      } else {
        copy[at++] = byte;
      }
    }
    ends[count++] = at;
    fields.bytes = copy;
    return open ? OPEN_QUOTE : count;
  };

  const fields: Fields = {
    bytes: copy,
    starts,
    ends,
    cut: (bytes, from, to) => {
      let count = 0;
      starts[0] = from;
      for (let i = from; i < to; i++) {
        const byte = bytes[i];
        if (byte === quote) return cutQuoted(bytes, from, to);
        if (byte !== delimiter) continue;
        ends[count++] = i;
        if (count === DECODE_LIMITS.columns) return TOO_MANY;
        starts[count] = i + 1;
      }
      ends[count++] = to;
      fields.bytes = bytes;
      return count;
    },
  };
  return fields;
}

/** Cuts by runs of any of these characters, which also pad the line; never finds an empty field. */
export function createLooseFields(separators: string): Fields {
  const isSeparator = new Uint8Array(256);
  for (const separator of separators) isSeparator[separator.charCodeAt(0)] = 1;
  const starts = new Int32Array(DECODE_LIMITS.columns);
  const ends = new Int32Array(DECODE_LIMITS.columns);
  const fields: Fields = {
    bytes: new Uint8Array(0),
    starts,
    ends,
    cut: (bytes, from, to) => {
      fields.bytes = bytes;
      let count = 0;
      for (let i = from; i < to;) {
        while (i < to && isSeparator[bytes[i]] === 1) i++;
        if (i === to) break;
        if (count === DECODE_LIMITS.columns) return TOO_MANY;
        starts[count] = i;
        while (i < to && isSeparator[bytes[i]] === 0) i++;
        ends[count++] = i;
      }
      return count;
    },
  };
  return fields;
}
