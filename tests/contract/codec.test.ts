import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame } from '../../shared/contract/codec.ts';
import { utf8 } from './pairs.ts';

const HEADER_AT = 8;

const key = fc.oneof(fc.string(), fc.constantFrom('$', '__proto__', 'constructor', 'toJSON', 'v'));
const arrays = fc.oneof(
  fc.int8Array(),
  fc.uint8Array(),
  fc.uint8ClampedArray(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float32Array(),
  fc.float64Array(),
  fc.bigInt64Array(),
  fc.bigUint64Array(),
);
const plain = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined, -0, NaN),
);
const { message } = fc.letrec<{ message: unknown }>((tie) => ({
  message: fc.oneof(
    { maxDepth: 4 },
    plain,
    arrays,
    fc.array(tie('message'), { maxLength: 4 }),
    fc.dictionary(key, tie('message'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

const there = (value: unknown): unknown => decodeFrame(encodeFrame(value, utf8), utf8);

/** A frame with a header of our choice and room for arrays after it. */
function frameOf(header: string, room = 0): Uint8Array {
  const text = utf8.encode(header);
  const frame = new Uint8Array(Math.ceil((HEADER_AT + text.length) / 8) * 8 + room);
  frame.set(encodeFrame(0, utf8).subarray(0, HEADER_AT));
  new DataView(frame.buffer).setUint32(4, text.length);
  frame.set(text, HEADER_AT);
  return frame;
}

/** Reads or refuses in words; never anything else. */
function readsOrRefuses(frame: Uint8Array): boolean {
  try {
    decodeFrame(frame, utf8);
  } catch (error) {
    return error instanceof RangeError && error.message.endsWith('.');
  }
  return true;
}

describe('codec', () => {
  it('gives back whatever was sent, bit by bit', () => {
    fc.assert(
      fc.property(message, (value) => isDeepStrictEqual(there(value), value)),
      { numRuns: 1000 },
    );
  });

  it('reads a frame that lies anywhere in its buffer', () => {
    const value = { a: Float64Array.of(1, NaN, -0), b: Uint8Array.of(7) };
    for (let offset = 0; offset < 9; offset++) {
      const frame = encodeFrame(value, utf8);
      const buffer = new Uint8Array(offset + frame.length);
      buffer.set(frame, offset);
      expect(isDeepStrictEqual(decodeFrame(buffer.subarray(offset), utf8), value)).toBe(true);
    }
  });

  it('keeps what it read when the frame is overwritten', () => {
    const frame = encodeFrame(Int32Array.of(1, 2, 3), utf8);
    const read = decodeFrame(frame, utf8);
    frame.fill(255);
    expect(read).toEqual(Int32Array.of(1, 2, 3));
  });

  it('aligns every array to eight bytes', () => {
    const frame = encodeFrame([Uint8Array.of(1), Uint8Array.of(2)], utf8);
    expect(frame.length % 8).toBe(0);
    expect([frame.at(-16), frame.at(-8)]).toEqual([1, 2]);
  });

  it('takes a key such as __proto__ as data', () => {
    const read = there(JSON.parse('{"__proto__": {"admin": true}}')) as Record<string, unknown>;
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(Object.keys(read)).toEqual(['__proto__']);
    expect(read['admin']).toBeUndefined();
  });

  it.each([
    ['a function', () => undefined],
    ['a bigint', 1n],
    ['a symbol', Symbol('x')],
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['a buffer', new ArrayBuffer(1)],
  ])('refuses to send %s rather than to lose it', (_name, value) => {
    expect(() => encodeFrame({ value }, utf8)).toThrow(/cannot carry/);
  });

  it('refuses a message that is nested without end', () => {
    const endless: unknown[] = [];
    endless.push(endless);
    expect(() => encodeFrame(endless, utf8)).toThrow(/nested deeper/);
    const deep = `${'['.repeat(100)}${']'.repeat(100)}`;
    expect(() => decodeFrame(frameOf(deep), utf8)).toThrow(/nested deeper/);
    expect(readsOrRefuses(frameOf('['.repeat(200_000)))).toBe(true);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['fewer bytes than a prefix', Uint8Array.of(0x4f, 0x46, 0, 1)],
    ['another magic', Uint8Array.of(0x4f, 0x47, 0, 1, 0, 0, 0, 0)],
    ['another version', Uint8Array.of(0x4f, 0x46, 0, 2, 0, 0, 0, 0)],
    ['a header longer than the frame', Uint8Array.of(0x4f, 0x46, 0, 1, 255, 255, 255, 255)],
    ['a header that is not JSON', frameOf('{"a":')],
    ['an unknown kind', frameOf('{"$":"f16","n":0}')],
    ['a kind of the prototype', frameOf('{"$":"constructor","n":0}')],
    ['a kind that is no text', frameOf('{"$":null}')],
    ['more values than came', frameOf('{"$":"f64","n":2}', 8)],
    ['as many values as there are numbers', frameOf('{"$":"u8","n":9007199254740991}')],
    ['a negative length', frameOf('{"$":"u8","n":-1}', 8)],
    ['half a value', frameOf('{"$":"f64","n":0.5}', 8)],
    ['a length that is no number', frameOf('{"$":"u8","n":"all"}', 8)],
    ['no length', frameOf('{"$":"u8"}', 8)],
    ['an object without entries', frameOf('{"$":"object","v":7}')],
    ['an entry that is no pair', frameOf('{"$":"object","v":[null]}')],
  ])('refuses %s', (_name, frame) => {
    expect(() => decodeFrame(frame, utf8)).toThrow(RangeError);
  });

  it('reads or refuses any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), readsOrRefuses));
    const kind = fc.constantFrom('undefined', 'number', 'object', 'u8', 'f64', 'i64', 'x', 1);
    const special = fc.record({ $: kind, n: fc.jsonValue(), v: fc.jsonValue() });
    const header = fc.oneof(
      fc.json(),
      special.map((value) => JSON.stringify([value, value])),
    );
    fc.assert(
      fc.property(header, (text) => readsOrRefuses(frameOf(text, 16))),
      { numRuns: 1000 },
    );
  });

  it('reads or refuses a frame that was cut or changed on the way', () => {
    const cut = fc.tuple(message, fc.nat()).map(([value, at]) => {
      const frame = encodeFrame(value, utf8);
      return frame.subarray(0, at % frame.length);
    });
    const changed = fc.tuple(message, fc.nat(), fc.nat(255)).map(([value, at, byte]) => {
      const frame = encodeFrame(value, utf8);
      frame[at % frame.length] = byte;
      return frame;
    });
    fc.assert(fc.property(cut, readsOrRefuses), { numRuns: 500 });
    fc.assert(fc.property(changed, readsOrRefuses), { numRuns: 1000 });
  });
});
