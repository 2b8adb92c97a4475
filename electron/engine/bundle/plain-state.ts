/**
 * Plain data as JSON text, the same text for the same data: numbers to the bit, typed arrays and
 * maps included. What JSON cannot say stands as an object with one key that begins with "$".
 */

const ARRAYS = {
  $f64: Float64Array,
  $f32: Float32Array,
  $i32: Int32Array,
  $u32: Uint32Array,
  $u16: Uint16Array,
  $u8: Uint8Array,
} as const;
type ArrayKey = keyof typeof ARRAYS;

export function writeState(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(toJson(value)));
}

/** Throws SyntaxError or RangeError when the bytes were not written so. */
export function readState(bytes: Uint8Array): unknown {
  return fromJson(JSON.parse(new TextDecoder().decode(bytes)));
}

function toJson(value: unknown): unknown {
  if (typeof value === 'number') {
    const isPlain = Number.isFinite(value) && !Object.is(value, -0);
    return isPlain ? value : { $number: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (value === undefined) return { $undefined: true };
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Map) return { $map: [...value].map(toJson) };
  for (const [key, Kind] of Object.entries(ARRAYS)) {
    if (value instanceof Kind)
      return { [key]: Buffer.from(littleEndian(value, Kind.BYTES_PER_ELEMENT)).toString('base64') };
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof value !== 'object' || (prototype !== Object.prototype && prototype !== null)) {
    throw new RangeError('A state holds plain data only.');
  }
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, toJson(part)]));
}

function fromJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [key, content] = entries[0] ?? ['', null];
  if (entries.length !== 1 || !key.startsWith('$')) {
    return Object.fromEntries(entries.map(([name, part]) => [name, fromJson(part)]));
  }
  if (key === '$number') return Number(content);
  if (key === '$undefined') return undefined;
  if (key === '$map') return new Map(fromJson(content) as [unknown, unknown][]);
  const Kind = ARRAYS[key as ArrayKey];
  if (!Kind || typeof content !== 'string') throw new RangeError(`A state has no ${key}.`);
  const bytes = Uint8Array.from(Buffer.from(content, 'base64'));
  if (bytes.length % Kind.BYTES_PER_ELEMENT !== 0) throw new RangeError(`${key} is cut off.`);
  return new Kind(littleEndian(bytes, Kind.BYTES_PER_ELEMENT).buffer);
}

/** All machines that Offbeat runs on are; the others would turn the bytes round. */
function littleEndian(array: ArrayBufferView, width: number): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  const isLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  if (isLittle || width === 1) return bytes;
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
  return bytes;
}
