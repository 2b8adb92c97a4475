/**
 * Checkpoints as safetensors bytes: eight bytes of header length (little endian), a JSON header,
 * then the tensors. Names, shapes and layouts are PyTorch's; values are float64 ("F64"), so that a
 * run goes on bit for bit. Same parameters and metadata, same bytes.
 */
import { emptyParameters, forecasterOf, parameterShapes, type Forecaster } from './forecaster.ts';
import type { ForecasterSpec } from './spec.ts';

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
  const parameters = emptyParameters(spec);
  for (const [name, shape] of parameterShapes(spec)) {
    const [begin, end] = tensorAt(header, name, shape);
    if (dataStart + end > bytes.length) {
      throw new RangeError(
        `The checkpoint is cut off: ${name} ends at byte ${dataStart + end}, ` +
          `the file has ${bytes.length}.`,
      );
    }
    const { data } = parameters.get(name)!;
    if (end - begin !== data.length * VALUE_BYTES) {
      throw new RangeError(
        `${name} takes ${end - begin} bytes; ${data.length * VALUE_BYTES} were expected.`,
      );
    }
    for (let i = 0; i < data.length; i++) {
      data[i] = view.getFloat64(dataStart + begin + i * VALUE_BYTES, true);
    }
  }
  return { forecaster: forecasterOf(spec, parameters), metadata };
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
  try {
    return JSON.parse(text) as ForecasterSpec;
  } catch {
    throw new RangeError('The forecaster described in the checkpoint is not JSON.');
  }
}

function tensorAt(header: Header, name: string, shape: readonly number[]): [number, number] {
  const tensor = header[name] as
    { dtype?: unknown; shape?: unknown; data_offsets?: [number, number] } | undefined;
  if (!tensor) throw new RangeError(`The checkpoint has no tensor ${name}.`);
  if (tensor.dtype !== 'F64') {
    throw new RangeError(`${name} is of type ${String(tensor.dtype)}; F64 was expected.`);
  }
  if (JSON.stringify(tensor.shape) !== JSON.stringify(shape)) {
    throw new RangeError(
      `${name} has shape ${JSON.stringify(tensor.shape)}; ${JSON.stringify(shape)} was expected.`,
    );
  }
  return tensor.data_offsets!;
}

/** JSON with every character above ASCII escaped: one character, one byte. */
function ascii(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
