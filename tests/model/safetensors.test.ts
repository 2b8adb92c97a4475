/** Files that PyTorch wrote and files that it read: tests/golden/make-safetensors-goldens.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '../../shared/model/backends/reference/reference.ts';
import { loadCheckpoint } from '../../shared/model/checkpoint.ts';
import type { CellName } from '../../shared/model/cells/cell.ts';
import { Graph } from '../../shared/model/graph.ts';
import { buildNetwork, networkShapes } from '../../shared/model/network.ts';
import { createWeights, emptyParameters } from '../../shared/model/parameters.ts';
import { openSafetensors } from '../../shared/model/safetensors.ts';
import { CELLS, networkOf, ourFile } from '../golden/safetensors-networks.ts';
import { relativeError } from './numbers.ts';

const golden = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, '..', 'golden', name));

interface Goldens {
  readonly shape: { readonly T: number; readonly B: number };
  readonly x: number[];
  readonly ours: Readonly<Record<string, number[]>>;
  readonly torch: Readonly<Record<string, number[]>>;
}
const goldens = JSON.parse(golden('safetensors.json').toString()) as Goldens;

function answers(cell: CellName, file: Uint8Array): Float64Array {
  const spec = networkOf(cell);
  const shapes = networkShapes(spec);
  const parameters = emptyParameters(shapes);
  openSafetensors(file).fill(parameters);
  const graph = new Graph(createReferenceBackend());
  const weights = createWeights(graph.backend, shapes, parameters);
  const network = buildNetwork(graph, spec, weights, { ...goldens.shape, isTraining: false });
  graph.backend.write(network.x, goldens.x);
  graph.forward();
  return graph.backend.read(network.output);
}

describe.each(CELLS)('a safetensors file of %s', (cell) => {
  it('from PyTorch answers here as it does there', () => {
    const theirs = golden(`torch-${cell}.safetensors`);
    expect(relativeError(answers(cell, theirs), goldens.torch[cell])).toBeLessThan(1e-14);
  });

  it('from here answers in PyTorch, by load_state_dict, as it does here', () => {
    const ours = ourFile(cell);
    expect(golden(`offbeat-${cell}.safetensors`).equals(ours)).toBe(true);
    expect(relativeError(answers(cell, ours), goldens.ours[cell])).toBeLessThan(1e-14);
  });

  it('is no checkpoint of a forecaster', () => {
    const theirs = golden(`torch-${cell}.safetensors`);
    expect(() => loadCheckpoint(theirs)).toThrow(/not written by Offbeat/);
  });
});
