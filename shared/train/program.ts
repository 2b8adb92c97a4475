/** A network with its loss over one shape of batch, ready to run again and again. */
import type { Random } from '../math/prng.ts';
import type { Backend } from '../model/backend.ts';
import { Graph } from '../model/graph.ts';
import { buildNetwork } from '../model/network.ts';
import type { Weights } from '../model/parameters.ts';
import type { NetworkSpec } from '../model/spec.ts';
import type { Batch } from './chunks.ts';
import { accuracyOf } from './accuracy.ts';
import { drawMask } from './dropout.ts';
import { checkForcing, drawForcing } from './forcing.ts';
import { placeLoss, type LossSpec } from './loss.ts';

export interface Program {
  /** Hands the batch over; draws dropout masks when the network trains. */
  load(batch: Batch, random: Random): void;
  forward(): void;
  backward(): void;
  /** The losses since the last take, one a pass. */
  takeLosses(): number[];
  /** Share of rows of the last pass whose largest score is the right one; null but for classes. */
  accuracy(): number | null;
  /** Of the last pass, [T', B, K]. */
  output(): Float64Array;
}

export interface ProgramShape {
  readonly T: number;
  readonly B: number;
  /** False leaves dropout out. */
  readonly isTraining: boolean;
}

export function createProgram(
  backend: Backend,
  network: NetworkSpec,
  weights: Weights,
  lossSpec: LossSpec,
  shape: ProgramShape,
): Program {
  const graph = new Graph(backend);
  const { x, output, dropouts, forcing } = buildNetwork(graph, network, weights, shape);
  if (forcing) checkForcing(lossSpec, forcing, output);
  const { loss, target, weight } = placeLoss(backend, lossSpec, output);
  graph.note(loss);
  return {
    load: (batch, random) => {
      backend.write(x, batch.x);
      backend.write(target, batch.target);
      if (weight) backend.write(weight, batch.weight);
      for (const { mask, probability } of dropouts) {
        backend.write(mask, drawMask(random, mask.T * mask.B * mask.C, probability));
      }
      if (forcing) {
        const { forced, free } = drawForcing(random, forcing, batch.target, shape.isTraining);
        backend.write(forcing.forced, forced);
        backend.write(forcing.free, free);
      }
    },
    forward: () => graph.forward(),
    backward: () => graph.backward(),
    takeLosses: () => loss.take(),
    accuracy: () =>
      lossSpec.name === 'cross-entropy'
        ? accuracyOf(backend.read(output), backend.read(target), output.C)
        : null,
    output: () => backend.read(output),
  };
}
