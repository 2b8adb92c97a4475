/**
 * Framed binary: header | length? | fields | check. What does not check is passed over up to the
 * next header, so that one broken frame never takes a good one with it.
 */
import type { DecoderConfig, FrameType } from '../domain/feed.ts';
import { CHECKS, type Check } from './crc.ts';
import type { Decoder, RowSink } from './decoder.ts';
import { createTimeReader, type TimeReader } from './device-time.ts';
import { columnNames } from './layouts.ts';

export type FramesConfig = Extract<DecoderConfig, { kind: 'frames' }>;

/** Shown of bytes that are no frame. */
const SHOWN_BYTES = 32;
const FIELD_BYTES_MAX = 4096;
/** A payload may be so much longer than its fields; more is a broken length. */
const ADDED_BYTES_MAX = 256;
const CHUNK_BYTES = 65_536;

const SIZES: Readonly<Record<FrameType, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

/** Throws RangeError for a layout that is none and for an unknown zone. */
export function createFramesDecoder(config: FramesConfig): Decoder {
  return new FramesDecoder(config);
}

interface Slot {
  readonly at: number;
  readonly scale: number;
  readonly type: FrameType;
  /** Place among the values; −1: the time. */
  readonly target: number;
}

class FramesDecoder implements Decoder {
  readonly #header: Uint8Array;
  readonly #lengthBytes: number;
  readonly #payloadBytes: number;
  readonly #check: Check;
  readonly #checkFrom: number;
  readonly #little: boolean;
  readonly #slots: readonly Slot[];
  readonly #time: TimeReader | null;
  readonly #names: readonly string[];
  readonly #values: Float64Array;
  #held = new Uint8Array(1024);
  #heldBytes = 0;
  /** Bytes that are no frame, to be told as one. */
  #lost: number[] = [];
  #lostBytes = 0;

  constructor(config: FramesConfig) {
    this.#header = headerOf(config.header);
    this.#lengthBytes = config.length === null ? 0 : SIZES[config.length];
    this.#payloadBytes = config.fields.reduce((sum, { type }) => sum + SIZES[type], 0);
    if (this.#payloadBytes === 0 || this.#payloadBytes > FIELD_BYTES_MAX) {
      const found = `A frame has ${this.#payloadBytes} bytes of fields`;
      throw new RangeError(`${found}; 1 to ${FIELD_BYTES_MAX} were expected.`);
    }
    this.#check = CHECKS[config.check];
    this.#checkFrom = config.checkFrom === 'header' ? 0 : this.#header.length;
    this.#little = config.byteOrder === 'little';
    this.#time = config.time && createTimeReader(config.time, '.');
    const { slots, names } = slotsOf(config);
    this.#slots = slots;
    this.#names = names;
    this.#values = new Float64Array(names.length);
  }

  push(bytes: Uint8Array, sink: RowSink): void {
    // Pieces of a bounded size, so that what is held is bounded too.
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      this.#append(bytes.subarray(at, at + CHUNK_BYTES));
      this.#takeFrames(sink, false);
    }
  }

  end(sink: RowSink): void {
    this.#takeFrames(sink, true);
    this.#tellLost(sink);
  }

  join(): void {
    this.#heldBytes = 0;
    this.#lost = [];
    this.#lostBytes = 0;
  }

  #append(bytes: Uint8Array): void {
    const total = this.#heldBytes + bytes.length;
    if (total > this.#held.length) {
      const larger = new Uint8Array(2 * total);
      larger.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = larger;
    }
    this.#held.set(bytes, this.#heldBytes);
    this.#heldBytes = total;
  }

  /** Reads what is whole; at the end what is not can only be lost. */
  #takeFrames(sink: RowSink, atEnd: boolean): void {
    let at = 0;
    while (at < this.#heldBytes) {
      const size = this.#frameAt(at);
      if (size === MORE && !atEnd) break;
      if (size > 0) {
        this.#tellLost(sink);
        this.#row(at, sink);
        at += size;
      } else {
        if (this.#lostBytes++ < SHOWN_BYTES) this.#lost.push(this.#held[at]);
        at++;
      }
    }
    this.#held.copyWithin(0, at, this.#heldBytes);
    this.#heldBytes -= at;
  }

  /** Bytes of the frame that begins there, NONE or MORE when that cannot be told yet. */
  #frameAt(at: number): number {
    const header = this.#header;
    for (let i = 0; i < header.length; i++) {
      if (at + i >= this.#heldBytes) return MORE;
      if (this.#held[at + i] !== header[i]) return NONE;
    }
    const lengthAt = at + header.length;
    if (lengthAt + this.#lengthBytes > this.#heldBytes) return MORE;
    const payload = this.#lengthBytes > 0 ? this.#read(lengthAt, this.#lengthBytes) : 0;
    // Longer payloads are newer versions of the layout: what they add is passed over.
    const added = payload - this.#payloadBytes;
    if (this.#lengthBytes > 0 && (added < 0 || added > ADDED_BYTES_MAX)) return NONE;
    const checkAt = lengthAt + this.#lengthBytes + (payload || this.#payloadBytes);
    if (checkAt + this.#check.bytes > this.#heldBytes) return MORE;
    const found = this.#read(checkAt, this.#check.bytes);
    const computed = this.#check.of(this.#held, at + this.#checkFrom, checkAt);
    return found === computed ? checkAt + this.#check.bytes - at : NONE;
  }

  /** An unsigned number of 0, 1, 2 or 4 bytes. */
  #read(at: number, bytes: number): number {
    let value = 0;
    for (let i = 0; i < bytes; i++) {
      const byte = this.#held[at + (this.#little ? bytes - 1 - i : i)];
      value = value * 256 + byte;
    }
    return value;
  }

  #row(at: number, sink: RowSink): void {
    const start = at + this.#header.length + this.#lengthBytes;
    const view = new DataView(this.#held.buffer, start, this.#payloadBytes);
    let t = NaN;
    for (const slot of this.#slots) {
      const value = slot.scale * readNumber(view, slot.at, slot.type, this.#little);
      if (slot.target >= 0) this.#values[slot.target] = Number.isFinite(value) ? value : NaN;
      else t = this.#time!.ofValue(value);
    }
    sink.row(t, this.#names, this.#values);
  }

  #tellLost(sink: RowSink): void {
    if (this.#lostBytes === 0) return;
    const shown = this.#lost.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const more = this.#lostBytes > SHOWN_BYTES ? ' …' : '';
    sink.bad(shown + more, `${this.#lostBytes} bytes between frames, or of one that is broken.`);
    this.#lost = [];
    this.#lostBytes = 0;
  }
}

const NONE = 0;
const MORE = -1;

function headerOf(hex: string): Uint8Array {
  const plain = hex.replace(/\s/g, '');
  if (!/^(?:[0-9a-f]{2}){1,16}$/i.test(plain)) {
    throw new RangeError(
      `The header of frames is "${hex}"; 1 to 16 bytes in hexadecimal were expected, as AA55.`,
    );
  }
  return Uint8Array.from(plain.match(/../g)!, (byte) => parseInt(byte, 16));
}

function slotsOf({ fields, time }: FramesConfig): { slots: Slot[]; names: readonly string[] } {
  const slots: Slot[] = [];
  const names: string[] = [];
  let at = 0;
  for (const { name, type, scale } of fields) {
    if (name !== '') {
      const target = name === time?.field ? -1 : names.push(name) - 1;
      slots.push({ at, type, scale, target });
    }
    at += SIZES[type];
  }
  return { slots, names: columnNames(names, names.length) };
}

function readNumber(view: DataView, at: number, type: FrameType, little: boolean): number {
  switch (type) {
    case 'int8':
      return view.getInt8(at);
    case 'uint8':
      return view.getUint8(at);
    case 'int16':
      return view.getInt16(at, little);
    case 'uint16':
      return view.getUint16(at, little);
    case 'int32':
      return view.getInt32(at, little);
    case 'uint32':
      return view.getUint32(at, little);
    case 'int64':
      return Number(view.getBigInt64(at, little));
    case 'uint64':
      return Number(view.getBigUint64(at, little));
    case 'float32':
      return view.getFloat32(at, little);
    case 'float64':
      return view.getFloat64(at, little);
  }
}
