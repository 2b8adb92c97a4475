/** A forecaster and what is to be said of it, as a safetensors file. */
import { emptyForecaster, type Forecaster } from './forecaster.ts';
import { openSafetensors, writeSafetensors } from './safetensors.ts';
import { checkForecasterSpec, type ForecasterSpec } from './spec.ts';

export interface Checkpoint {
  readonly forecaster: Forecaster;
  readonly metadata: Readonly<Record<string, string>>;
}

export function saveCheckpoint(
  { spec, parameters }: Forecaster,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  if ('spec' in metadata) {
    throw new RangeError('The metadata hold "spec", a name kept for the forecaster itself.');
  }
  return writeSafetensors(parameters, { ...metadata, spec: JSON.stringify(spec) });
}

/** Throws RangeError in words when the bytes are not a whole checkpoint of a forecaster. */
export function loadCheckpoint(bytes: Uint8Array): Checkpoint {
  const file = openSafetensors(bytes);
  const { spec: specText, ...metadata } = file.metadata;
  if (specText === undefined) {
    throw new RangeError(
      'The safetensors file has no forecaster in its metadata; it was not written by Offbeat.',
    );
  }
  const forecaster = emptyForecaster(readSpec(specText));
  file.fill(forecaster.parameters);
  return { forecaster, metadata };
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
