/** The reference backend: float64, no tricks, the judge of the others. */
import type { Backend } from '../../backend.ts';
import { affine } from './affine.ts';
import { attention } from './attention.ts';
import { batchNorm } from './batch-norm.ts';
import { convolution } from './convolution.ts';
import { activation, add, multiply } from './elementwise.ts';
import { crossEntropy, gaussian, pointwise } from './losses.ts';
import { createOptimiser } from './optimiser.ts';
import { recurrent } from './recurrent.ts';
import { concat, max, mean, slice, stack } from './shaping.ts';
import { ReferenceSequence, ReferenceWeight } from './tensors.ts';

export function createReferenceBackend(): Backend {
  const tensors: (ReferenceSequence | ReferenceWeight)[] = [];
  const keep = <T extends ReferenceSequence | ReferenceWeight>(tensor: T): T => {
    tensors.push(tensor);
    return tensor;
  };
  return {
    name: 'reference',
    sequence: (T, B, C, hasGradient = true) => keep(new ReferenceSequence(T, B, C, hasGradient)),
    weight: (shape, gates = 1) => keep(new ReferenceWeight(shape, gates)),
    write: (tensor, values) => (tensor as ReferenceWeight).value.set(values),
    read: (tensor, part = 'value') => (tensor as ReferenceWeight)[part].slice(),
    clearGradients: () => tensors.forEach(({ gradient }) => gradient.fill(0)),
    affine,
    recurrent,
    convolution,
    attention,
    batchNorm,
    activation,
    add,
    multiply,
    concat,
    slice,
    stack,
    mean,
    max,
    pointwise,
    gaussian,
    crossEntropy,
    optimiser: createOptimiser,
    dispose: () => {
      tensors.length = 0;
    },
  };
}
