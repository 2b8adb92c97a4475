import { loadCheckpoint } from '../../../shared/model/checkpoint.ts';
import { forecasterToOnnx } from '../../../shared/model/onnx/export-network.ts';
import { onnxBytes } from './onnx-bytes.ts';

/** The forecaster as an ONNX file; what the checkpoint says of itself goes along as metadata. */
export function onnxOfCheckpoint(checkpoint: Uint8Array): Uint8Array {
  const { forecaster, metadata } = loadCheckpoint(checkpoint);
  const spec = JSON.stringify(forecaster.spec);
  return onnxBytes(forecasterToOnnx(forecaster, { ...metadata, spec }));
}
