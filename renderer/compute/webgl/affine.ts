import type { Affine, Convolution, Kernel } from '../../../shared/model/backend.ts';
import type { Memory } from './memory.ts';
import { addInputGradient, dense, productForward, type ProductShape } from './product.ts';
import { rowSum } from './sums.ts';
import { addWeightGradient } from './weight-gradient.ts';
import { own, ownWeight, type WebglSequence, type WebglWeight } from './tensors.ts';

export function affine(memory: Memory, terms: Affine): Kernel {
  const [x, y, weight] = [own(terms.x), own(terms.y), ownWeight(terms.weight)];
  const bias = terms.bias && ownWeight(terms.bias);
  return product(memory, dense(x.layout, y.layout, weight.layout), { x, y, weight, bias });
}

export function convolution(memory: Memory, terms: Convolution): Kernel {
  const [x, y, weight] = [own(terms.x), own(terms.y), ownWeight(terms.weight)];
  const { stride, padding } = terms;
  const shape = {
    ...{ x: x.layout, y: y.layout, weight: weight.layout },
    ...{ taps: weight.shape[2], stride, padding },
  };
  return product(memory, shape, { x, y, weight, bias: ownWeight(terms.bias) });
}

interface Operands {
  readonly x: WebglSequence;
  readonly y: WebglSequence;
  readonly weight: WebglWeight;
  readonly bias: WebglWeight | null;
}

function product(memory: Memory, shape: ProductShape, { x, y, weight, bias }: Operands): Kernel {
  const forward = productForward(memory, shape, bias && bias.layout);
  const addDx = x.hasGradient ? addInputGradient(memory, shape, x) : null;
  const addDw = addWeightGradient(memory, shape, weight);
  const addDb = bias && rowSum(memory, y.layout, bias);
  return {
    forward: () => {
      const inputs = [x.value, weight.value, ...(bias ? [bias.value] : [])];
      memory.run(forward, [y.value], inputs);
    },
    backward: () => {
      addDx?.(y.gradient, weight.value);
      addDw(x.value, y.gradient);
      addDb?.(y.gradient);
    },
  };
}
