import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCheckpoint } from '../../shared/model/checkpoint.ts';
import { referenceStepper } from '../../shared/model/stepper.ts';
import { normals, relativeError } from '../model/numbers.ts';
import { cliFolder, machine, type CliFolder, type Run } from './offbeat-process.ts';

ort.env.wasm.numThreads = 1;

describe('export-model', () => {
  let folder: CliFolder;
  const exportModel = (name: string, ...options: string[]): Promise<Run> =>
    folder.offbeat('export-model', name, '--workspace', folder.workspace, ...options);
  const file = (name: string): Uint8Array => readFileSync(join(folder.path, name));

  beforeAll(async () => {
    folder = cliFolder();
    folder.write('machine.csv', machine(300, 250));
    const { code } = await folder.offbeat(
      'analyze',
      'machine.csv',
      '--workspace',
      folder.workspace,
    );
    expect(code).toBe(0);
  });
  afterAll(() => folder.remove());

  it('writes a checkpoint and an ONNX model that forecast the same', async () => {
    const run = await exportModel('machine', '--onnx', 'm.onnx', '--safetensors', 'm.safetensors');
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/bytes written to m\.safetensors\n\d+ bytes written to m\.onnx/);
    const { forecaster } = loadCheckpoint(file('m.safetensors'));
    const { inputs: D, targets: K, hidden: H, horizons } = forecaster.spec;
    const [u, y] = [normals(D, 1).map(Math.fround), normals(K, 2).map(Math.fround)];
    const expected = new Float64Array(K * horizons.length);
    referenceStepper(forecaster)(u, y, new Float64Array(H), expected);
    const session = await ort.InferenceSession.create(file('m.onnx'), {
      executionProviders: ['wasm'],
    });
    const tensor = (values: Float64Array): ort.Tensor =>
      new ort.Tensor('float32', Float32Array.from(values), [1, 1, values.length]);
    const { forecast } = await session.run({
      ...{ u: tensor(u), y: tensor(y), h0: tensor(new Float64Array(H)) },
    });
    await session.release();
    expect(relativeError(forecast.data as Float32Array, expected)).toBeLessThan(1e-5);
  });

  it.each([
    [
      'a stream that is not there',
      ['pump', '--onnx', 'x.onnx'],
      /no stream pump; this workspace holds machine \(1\)/,
    ],
    ['nothing to write', ['machine'], /--onnx FILE, --safetensors FILE/],
    [
      'no workspace',
      ['machine', '--onnx', 'x', '--workspace', 'nowhere'],
      /nowhere is no workspace/,
    ],
  ])('refuses %s in words', async (_, [name, ...options], words) => {
    const run = await exportModel(name, ...options);
    expect(run.stderr).toMatch(words);
    expect(run.code).toBeGreaterThan(1);
  });
});
