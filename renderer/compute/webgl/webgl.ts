/**
 * The backend on the graphics card: kernels in GLSL by GPU.js, every tensor in textures, nothing
 * read back but what somebody asks for. Throws ContextLost from whatever reads, when the driver
 * took the context away.
 */
import type { Backend } from '../../../shared/model/backend.ts';
import { affine, convolution } from './affine.ts';
import { attention } from './attention.ts';
import { batchNorm } from './batch-norm.ts';
import { activation, add, multiply } from './elementwise.ts';
import type { Graphics } from './graphics.ts';
import { crossEntropy, gaussian, pointwise } from './losses.ts';
import { Memory } from './memory.ts';
import { createOptimiser } from './optimiser.ts';
import { recurrent } from './recurrent/recurrent.ts';
import { concat, max, mean, slice, stack } from './shaping.ts';
import { WebglSequence, WebglWeight } from './tensors.ts';

export function createWebglBackend(graphics: Graphics): Backend {
  const memory = new Memory(graphics);
  const tensors: (WebglSequence | WebglWeight)[] = [];
  const keep = <T extends WebglSequence | WebglWeight>(tensor: T): T => {
    tensors.push(tensor);
    return tensor;
  };
  const hasGradient = (tensor: WebglSequence | WebglWeight): boolean =>
    tensor instanceof WebglWeight || tensor.hasGradient;
  return {
    name: 'webgl',
    sequence: (T, B, C, flows = true) => keep(new WebglSequence(memory, T, B, C, flows)),
    weight: (shape, gates = 1) => keep(new WebglWeight(memory, shape, gates)),
    write: (tensor, values) => {
      const own = tensor as WebglSequence | WebglWeight;
      const texels = new Float32Array(4 * own.value.width * own.value.height);
      own.pack(values, texels);
      graphics.upload(own.value, texels);
    },
    read: (tensor, part = 'value') => {
      const own = tensor as WebglSequence | WebglWeight;
      if (part === 'gradient' && !hasGradient(own)) return new Float64Array(0);
      return own.unpack(graphics.download(own[part]));
    },
    clearGradients: () => {
      for (const tensor of tensors) if (hasGradient(tensor)) graphics.clear(tensor.gradient);
    },
    affine: (terms) => affine(memory, terms),
    recurrent: (terms) => recurrent(memory, terms),
    convolution: (terms) => convolution(memory, terms),
    attention: (terms) => attention(memory, terms),
    batchNorm: (terms) => batchNorm(memory, terms),
    activation: (name, x, y) => activation(memory, name, x, y),
    add: (parts, y) => add(memory, parts, y),
    multiply: (x, factor, y) => multiply(memory, x, factor, y),
    concat: (parts, y) => concat(memory, parts, y),
    slice: (x, first, y) => slice(memory, x, first, y),
    stack: (parts, y) => stack(memory, parts, y),
    mean: (x, y) => mean(memory, x, y),
    max: (x, y) => max(memory, x, y),
    pointwise: (terms) => pointwise(memory, terms),
    gaussian: (terms) => gaussian(memory, terms),
    crossEntropy: (terms) => crossEntropy(memory, terms),
    optimiser: (weights, rule) => createOptimiser(memory, weights, rule),
    dispose: () => {
      memory.dispose();
      tensors.length = 0;
    },
  };
}
