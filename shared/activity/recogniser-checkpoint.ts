/** A recogniser as a safetensors file: the network's weights, all else as JSON in the metadata. */
import { networkShapes } from '../model/network.ts';
import { emptyParameters } from '../model/parameters.ts';
import { openSafetensors, writeSafetensors } from '../model/safetensors.ts';
import type { Recogniser } from './recogniser.ts';

/** Changes with what a recogniser consists of. */
const FORMAT = 'offbeat-recogniser/4';

export function saveRecogniser({ parameters, ...rest }: Recogniser): Uint8Array {
  return writeSafetensors(parameters, { format: FORMAT, recogniser: writeJson(rest) });
}

/** Throws RangeError in words when the bytes are no whole recogniser. */
export function loadRecogniser(bytes: Uint8Array): Recogniser {
  const file = openSafetensors(bytes);
  const { format, recogniser } = file.metadata;
  if (format !== FORMAT) {
    throw new RangeError(`The file is a ${format ?? 'plain file'}; ${FORMAT} was expected.`);
  }
  const rest = readJson(recogniser) as Omit<Recogniser, 'parameters'>;
  const parameters = emptyParameters(networkShapes(rest.spec.network));
  file.fill(parameters);
  return { ...rest, parameters };
}

interface PackedNumbers {
  readonly float64: readonly (number | string)[];
}

/** JSON knows neither typed arrays nor numbers that are not finite. */
function writeJson(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (one instanceof Float64Array) return { float64: Array.from(one, packNumber) };
    return typeof one === 'number' ? packNumber(one) : one;
  });
}

function readJson(text: string): unknown {
  return JSON.parse(text, (_, one: unknown) => {
    if (one === 'NaN' || one === 'Infinity' || one === '-Infinity') return Number(one);
    const packed = one as PackedNumbers | null;
    return Array.isArray(packed?.float64) ? Float64Array.from(packed.float64, Number) : one;
  });
}

function packNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
