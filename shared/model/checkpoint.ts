/**
 * Checkpoints as safetensors bytes: eight bytes of header length (little endian), a JSON header,
 * then the tensors. Names, shapes and layouts are PyTorch's; values are float64 ("F64"), so that a
 * run goes on bit for bit. Same parameters and metadata, same bytes.
 */
import { emptyForecaster, type Forecaster } from './forecaster.ts';
import type { Parameters } from './parameters.ts';
import { checkForecasterSpec, type ForecasterSpec } from './spec.ts';

const LENGTH_BYTES = 8;
const HEADER_BYTES_MAX = 16 * 1024 * 1024;
const VALUE_BYTES = 8;

export interface Checkpoint {
  readonly forecaster: Forecaster;
  readonly metadata: Readonly<Record<string, string>>;
}

export function saveCheckpoint(
  forecaster: Forecaster,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  if ('spec' in metadata) {
    throw new RangeError('The metadata hold "spec", a name kept for the forecaster itself.');
  }
  const header: Record<string, unknown> = {
    __metadata__: { ...metadata, spec: JSON.stringify(forecaster.spec) },
  };
  let end = 0;
  for (const [name, { shape, data }] of forecaster.parameters) {
    const begin = end;
    end += data.length * VALUE_BYTES;
    header[name] = { dtype: 'F64', shape, data_offsets: [begin, end] };
  }
  const text = ascii(JSON.stringify(header));
  const headerBytes = Math.ceil(text.length / VALUE_BYTES) * VALUE_BYTES;
  const bytes = new Uint8Array(LENGTH_BYTES + headerBytes + end);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  for (let i = 0; i < text.length; i++) bytes[LENGTH_BYTES + i] = text.charCodeAt(i);
  let at = LENGTH_BYTES + headerBytes;
  for (const { data } of forecaster.parameters.values()) {
    for (const value of data) {
      view.setFloat64(at, value, true);
      at += VALUE_BYTES;
    }
  }
  return bytes;
}

/** Throws RangeError in words when the bytes are not a whole checkpoint of a forecaster. */
export function loadCheckpoint(bytes: Uint8Array): Checkpoint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { header, dataStart } = readHeader(bytes, view);
  const { spec: specText, ...metadata } = readMetadata(header);
  const spec = readSpec(specText);
  const forecaster = emptyForecaster(spec);
  const { parameters } = forecaster;
  refuseForeign(header, parameters);
  let dataEnd = 0;
  for (const { name, shape, data } of parameters.values()) {
    const begin = tensorBegin(header[name], name, shape, data.length * VALUE_BYTES);
    const end = begin + data.length * VALUE_BYTES;
    if (dataStart + end > bytes.length) {
      throw new RangeError(
        `The checkpoint is cut off: ${name} ends at byte ${dataStart + end}, ` +
          `the file has ${bytes.length}.`,
      );
    }
    for (let i = 0; i < data.length; i++) {
      data[i] = view.getFloat64(dataStart + begin + i * VALUE_BYTES, true);
    }
    dataEnd = Math.max(dataEnd, end);
  }
  if (dataStart + dataEnd < bytes.length) {
    throw new RangeError(
      `The checkpoint should end at byte ${dataStart + dataEnd}; the file has ${bytes.length}.`,
    );
  }
  return { forecaster, metadata };
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

function readMetadata(header: Header): Record<string, string> {
  const metadata = header['__metadata__'];
  if (typeof metadata !== 'object' || metadata === null || !('spec' in metadata)) {
    throw new RangeError(
      'The safetensors file has no forecaster in its metadata; it was not written by Offbeat.',
    );
  }
  return metadata as Record<string, string>;
}

function readSpec(text: string): ForecasterSpec {
  const spec = parseSpec(text);
  if (!Array.isArray(spec?.horizons)) {
    throw new RangeError(
      `The checkpoint describes its forecaster as ${text}; ` +
        'inputs, targets, hidden and a list of horizons were expected.',
    );
  }
  checkForecasterSpec(spec);
  return spec;
}

function parseSpec(text: string): ForecasterSpec | null {
  try {
    return JSON.parse(text) as ForecasterSpec | null;
  } catch {
    throw new RangeError('The forecaster described in the checkpoint is not JSON.');
  }
}

function refuseForeign(header: Header, parameters: Parameters): void {
  const known = new Set(['__metadata__', ...parameters.keys()]);
  const foreign = Object.keys(header).find((name) => !known.has(name));
  if (foreign === undefined) return;
  throw new RangeError(
    `The checkpoint holds ${foreign}, which a forecaster does not have; ` +
      `${[...parameters.keys()].join(', ')} were expected.`,
  );
}

/** First byte of a tensor's values behind the header; the tensors may come in any order. */
function tensorBegin(entry: unknown, name: string, shape: readonly number[], size: number): number {
  if (typeof entry !== 'object' || entry === null) {
    throw new RangeError(`The checkpoint has no tensor ${name}.`);
  }
  const { dtype, shape: foundShape, data_offsets: offsets } = entry as Header;
  const check = (field: string, found: unknown, expected: unknown): void => {
    const [is, should] = [JSON.stringify(found), JSON.stringify(expected)];
    if (is !== should) throw new RangeError(`${name} has ${field} ${is}; ${should} was expected.`);
  };
  check('type', dtype, 'F64');
  check('shape', foundShape, shape);
  const found: unknown = Array.isArray(offsets) ? offsets[0] : undefined;
  const begin = Number.isSafeInteger(found) ? Math.max(0, found as number) : 0;
  check('offsets', offsets, [begin, begin + size]);
  return begin;
}

/** JSON with every character above ASCII escaped: one character, one byte. */
function ascii(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
