/** The networks that go to PyTorch and come from it: two layers, both ways, a dense head. */
import { createRandom } from '../../shared/math/prng.ts';
import type { CellName } from '../../shared/model/cells/cell.ts';
import { networkShapes } from '../../shared/model/network.ts';
import { drawParameters } from '../../shared/model/parameters.ts';
import { writeSafetensors } from '../../shared/model/safetensors.ts';
import type { NetworkSpec } from '../../shared/model/spec.ts';

export const CELLS = ['rnn-tanh', 'lstm', 'gru'] as const satisfies readonly CellName[];

export function networkOf(cell: CellName): NetworkSpec {
  return {
    inputs: 3,
    convolutions: [],
    recurrent: { cell, hidden: 4, layers: 2, bidirectional: true },
    head: { reading: 'steps', outputs: 2 },
  };
}

export function ourFile(cell: CellName): Uint8Array {
  const parameters = drawParameters(networkShapes(networkOf(cell)), createRandom(11));
  return writeSafetensors(parameters, { note: 'written by Offbeat' });
}
