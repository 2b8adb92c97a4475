/**
 * One message as one binary frame: magic and version, header length, a JSON header, then the bytes
 * of every typed array, each aligned to eight. Numbers that JSON lacks (NaN, ±Infinity, −0) and
 * undefined survive.
 */
const MAGIC = 0x4f46; // "OF"
const VERSION = 1;
const PREFIX_BYTES = 8;
const ALIGNMENT = 8;
const DEPTH_MAX = 64;

const ARRAYS = {
  i8: Int8Array,
  u8: Uint8Array,
  u8c: Uint8ClampedArray,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
} as const;
type ArrayName = keyof typeof ARRAYS;
type Carried = InstanceType<(typeof ARRAYS)[ArrayName]>;

/** UTF-8, which this pure layer has no means of its own for. */
export interface TextCodec {
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
}

export function encodeFrame(message: unknown, text: TextCodec): Uint8Array {
  const arrays: Carried[] = [];
  const header = text.encode(JSON.stringify(pack(message, arrays, 0)));
  const start = aligned(PREFIX_BYTES + header.length);
  const size = arrays.reduce((sum, { byteLength }) => sum + aligned(byteLength), start);
  const frame = new Uint8Array(size);
  const view = new DataView(frame.buffer);
  view.setUint16(0, MAGIC);
  view.setUint16(2, VERSION);
  view.setUint32(4, header.length);
  frame.set(header, PREFIX_BYTES);
  let at = start;
  for (const array of arrays) {
    frame.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += aligned(array.byteLength);
  }
  return frame;
}

/** Throws RangeError, in words, for bytes that are no frame. */
export function decodeFrame(frame: Uint8Array, text: TextCodec): unknown {
  if (frame.length < PREFIX_BYTES) {
    throw new RangeError(`A frame has at least ${PREFIX_BYTES} bytes; ${frame.length} came.`);
  }
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint16(0) !== MAGIC || view.getUint16(2) !== VERSION) {
    throw new RangeError('The frame does not begin as one of this version does.');
  }
  const headerBytes = view.getUint32(4);
  if (PREFIX_BYTES + headerBytes > frame.length) {
    throw new RangeError(`The frame announces ${headerBytes} bytes of header but is shorter.`);
  }
  const header = frame.subarray(PREFIX_BYTES, PREFIX_BYTES + headerBytes);
  const cursor = { frame, at: aligned(PREFIX_BYTES + headerBytes) };
  try {
    return unpack(JSON.parse(text.decode(header)), cursor, 0);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new RangeError('The header of the frame is not JSON.', { cause: error });
  }
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/**
 * Values JSON cannot say become {"$": …}; an object with a key "$" is wrapped to stay itself.
 * Throws TypeError for what no frame carries, such as a function or a Date: better than losing it.
 */
function pack(value: unknown, arrays: Carried[], depth: number): unknown {
  if (depth > DEPTH_MAX) throw new RangeError(`A message is nested deeper than ${DEPTH_MAX}.`);
  if (value === undefined) return { $: 'undefined' };
  if (typeof value === 'number') {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $: 'number', v: `${sign(value)}` };
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value !== 'object') throw new TypeError(`A message cannot carry a ${typeof value}.`);
  const name = (Object.keys(ARRAYS) as ArrayName[]).find((key) => value instanceof ARRAYS[key]);
  if (name) {
    arrays.push(value as Carried);
    return { $: name, n: (value as Carried).length };
  }
  if (Array.isArray(value)) return value.map((item) => pack(item, arrays, depth + 1));
  const tag = Object.prototype.toString.call(value);
  if (tag !== '[object Object]') throw new TypeError(`A message cannot carry ${tag}.`);
  const entries = Object.entries(value).map(([key, item]) => [key, pack(item, arrays, depth + 1)]);
  return '$' in value
    ? { $: 'object', v: entries }
    : (Object.fromEntries(entries) as Record<string, unknown>);
}

const sign = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

interface Cursor {
  readonly frame: Uint8Array;
  at: number;
}

function unpack(value: unknown, cursor: Cursor, depth: number): unknown {
  if (depth > DEPTH_MAX) throw new RangeError(`A frame is nested deeper than ${DEPTH_MAX}.`);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => unpack(item, cursor, depth + 1));
  const special = value as { $?: unknown; v?: unknown; n?: unknown };
  if (special.$ === undefined) return rebuild(Object.entries(value), cursor, depth);
  if (special.$ === 'undefined') return undefined;
  if (special.$ === 'number') return Number(special.v);
  if (special.$ === 'object') return rebuild(special.v as [string, unknown][], cursor, depth);
  return takeArray(special.$, special.n, cursor);
}

/** Own properties only: a key such as __proto__ is data, not a prototype. */
function rebuild(entries: [string, unknown][], cursor: Cursor, depth: number): object {
  const object: Record<string, unknown> = {};
  for (const [key, item] of entries) {
    const value = unpack(item, cursor, depth + 1);
    Object.defineProperty(object, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return object;
}

function takeArray(name: unknown, length: unknown, cursor: Cursor): Carried {
  const known = typeof name === 'string' && Object.hasOwn(ARRAYS, name);
  if (!known) throw new RangeError(`The frame carries an unknown kind of value: ${String(name)}.`);
  const type = ARRAYS[name as ArrayName];
  const bytes = Number(length) * type.BYTES_PER_ELEMENT;
  if (!Number.isSafeInteger(bytes) || bytes < 0 || cursor.at + bytes > cursor.frame.length) {
    throw new RangeError(`The frame announces an array of ${String(length)} values it lacks.`);
  }
  const copy = cursor.frame.slice(cursor.at, cursor.at + bytes);
  cursor.at += aligned(bytes);
  return new type(copy.buffer);
}
