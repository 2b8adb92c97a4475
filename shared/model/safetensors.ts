/**
 * Parameters as safetensors bytes: eight bytes of header length (little endian), a JSON header,
 * then the tensors. Names, shapes and layouts are PyTorch's. Written as float64 ("F64"), so that a
 * run goes on bit for bit; read as F64 or F32, which is what PyTorch writes. Same parameters and
 * metadata, same bytes.
 */
import type { Parameters } from './parameters.ts';

const LENGTH_BYTES = 8;
const HEADER_BYTES_MAX = 16 * 1024 * 1024;
const ALIGNMENT = 8;
const VALUE_BYTES: Readonly<Record<string, number>> = { F64: 8, F32: 4 };

export interface Safetensors {
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Puts the tensors into parameters of the same names and shapes. Throws RangeError in words when
   * the file holds others, fewer, or is cut off.
   */
  fill(parameters: Parameters): void;
}

export function writeSafetensors(
  parameters: Parameters,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, data }] of parameters) {
    const begin = end;
    end += data.length * VALUE_BYTES.F64;
    header[name] = { dtype: 'F64', shape, data_offsets: [begin, end] };
  }
  const text = ascii(JSON.stringify(header));
  const headerBytes = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(LENGTH_BYTES + headerBytes + end);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  for (let i = 0; i < text.length; i++) bytes[LENGTH_BYTES + i] = text.charCodeAt(i);
  let at = LENGTH_BYTES + headerBytes;
  for (const { data } of parameters.values()) {
    for (const value of data) {
      view.setFloat64(at, value, true);
      at += VALUE_BYTES.F64;
    }
  }
  return bytes;
}

/** Throws RangeError in words when the bytes are no safetensors file. */
export function openSafetensors(bytes: Uint8Array): Safetensors {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { header, dataStart } = readHeader(bytes, view);
  return {
    metadata: (header['__metadata__'] ?? {}) as Record<string, string>,
    fill: (parameters) => {
      refuseForeign(header, parameters);
      let dataEnd = 0;
      for (const { name, shape, data } of parameters.values()) {
        const { begin, size } = placeOf(header[name], name, shape, data.length);
        const end = begin + data.length * size;
        if (dataStart + end > bytes.length) {
          throw new RangeError(
            `The checkpoint is cut off: ${name} ends at byte ${dataStart + end}, ` +
              `the file has ${bytes.length}.`,
          );
        }
        for (let i = 0; i < data.length; i++) {
          const at = dataStart + begin + i * size;
          data[i] = size === 8 ? view.getFloat64(at, true) : view.getFloat32(at, true);
        }
        dataEnd = Math.max(dataEnd, end);
      }
      if (dataStart + dataEnd === bytes.length) return;
      throw new RangeError(
        `The checkpoint should end at byte ${dataStart + dataEnd}; the file has ${bytes.length}.`,
      );
    },
  };
}

type Header = Readonly<Record<string, unknown>>;

function readHeader(bytes: Uint8Array, view: DataView): { header: Header; dataStart: number } {
  if (bytes.length < LENGTH_BYTES) {
    throw new RangeError(
      `The checkpoint has ${bytes.length} bytes; a safetensors file has at least ${LENGTH_BYTES}.`,
    );
  }
  const length = Number(view.getBigUint64(0, true));
  if (length > HEADER_BYTES_MAX || LENGTH_BYTES + length > bytes.length) {
    throw new RangeError(
      `The checkpoint announces a header of ${length} bytes but has ${bytes.length} in all: ` +
        'it is cut off or not a safetensors file.',
    );
  }
  let text = '';
  for (let i = 0; i < length; i++) text += String.fromCharCode(bytes[LENGTH_BYTES + i]);
  try {
    const header: unknown = JSON.parse(text);
    if (typeof header === 'object' && header !== null) {
      return { header: header as Header, dataStart: LENGTH_BYTES + length };
    }
  } catch {
    // Falls through to the refusal below.
  }
  throw new RangeError(
    'The header of the checkpoint is not JSON; a safetensors file was expected.',
  );
}

function refuseForeign(header: Header, parameters: Parameters): void {
  const known = new Set(['__metadata__', ...parameters.keys()]);
  const foreign = Object.keys(header).find((name) => !known.has(name));
  if (foreign === undefined) return;
  throw new RangeError(
    `The checkpoint holds ${foreign}, which this network does not have; ` +
      `${[...parameters.keys()].join(', ')} were expected.`,
  );
}

interface Place {
  /** First byte behind the header; the tensors may come in any order. */
  readonly begin: number;
  /** Bytes of a value. */
  readonly size: number;
}

function placeOf(entry: unknown, name: string, shape: readonly number[], count: number): Place {
  if (typeof entry !== 'object' || entry === null) {
    throw new RangeError(`The checkpoint has no tensor ${name}.`);
  }
  const { dtype, shape: foundShape, data_offsets: offsets } = entry as Header;
  const check = (field: string, found: unknown, expected: unknown): void => {
    const [is, should] = [JSON.stringify(found), JSON.stringify(expected)];
    if (is !== should) throw new RangeError(`${name} has ${field} ${is}; ${should} was expected.`);
  };
  const size = typeof dtype === 'string' && Object.hasOwn(VALUE_BYTES, dtype) && VALUE_BYTES[dtype];
  if (!size) {
    const types = Object.keys(VALUE_BYTES).join(' or ');
    throw new RangeError(`${name} has type ${JSON.stringify(dtype)}; ${types} was expected.`);
  }
  check('shape', foundShape, shape);
  const found: unknown = Array.isArray(offsets) ? offsets[0] : undefined;
  const begin = Number.isSafeInteger(found) ? Math.max(0, found as number) : 0;
  check('offsets', offsets, [begin, begin + count * size]);
  return { begin, size };
}

/** JSON with every character above ASCII escaped: one character, one byte. */
function ascii(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
