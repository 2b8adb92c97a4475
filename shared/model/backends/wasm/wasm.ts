/**
 * Training on the processor: float32 kernels in WASM SIMD, threads over the shards of a batch. The
 * plain build gives the same bits on every machine; results never depend on the number of threads.
 */
import type { Backend } from '../../backend.ts';
import { Arena } from './arena.ts';
import { attention } from './attention.ts';
import type { CommandQueue } from './command-queue.ts';
import { batchNorm } from './batch-norm.ts';
import { affine, convolution } from './dense.ts';
import { activation, add, multiply } from './elementwise.ts';
import { Lanes } from './lanes.ts';
import { crossEntropy, gaussian, pointwise } from './losses.ts';
import type { WasmModule } from './module.ts';
import { createOptimiser } from './optimiser.ts';
import { recurrent } from './recurrent.ts';
import { concat, max, mean, slice, stack } from './shaping.ts';
import { WasmSequence, WasmWeight } from './tensors.ts';
import { Workshop } from './workshop.ts';

export interface WasmOptions {
  readonly name: string;
  /** Over a memory of its own. */
  readonly module: WasmModule;
  /** One for each thread beside this one; each serves the same kernels over the same memory. */
  readonly queues?: readonly CommandQueue[];
}

export function createWasmBackend({ name, module, queues = [] }: WasmOptions): Backend {
  const arena = new Arena(module.memory);
  const lanes = new Lanes(module.exports, queues);
  const shop = new Workshop(arena, lanes, module.exports);
  const sequences: WasmSequence[] = [];
  const weights: WasmWeight[] = [];
  return {
    name,
    sequence: (T, B, C, hasGradient = true) => {
      const made = new WasmSequence(arena, T, B, C, hasGradient);
      sequences.push(made);
      return made;
    },
    weight: (shape, gates = 1) => {
      const made = new WasmWeight(arena, shape, gates);
      weights.push(made);
      return made;
    },
    write: (tensor, values) => {
      lanes.settle();
      (tensor as WasmSequence | WasmWeight).write(values);
    },
    read: (tensor, part = 'value') => {
      lanes.settle();
      return (tensor as WasmSequence | WasmWeight).read(part);
    },
    clearGradients: () => {
      lanes.settle();
      for (const sequence of sequences) sequence.isClear = true;
      for (const { floats, copies, gradient } of weights.map(gradientsOf)) {
        if (copies > 0) module.exports.fillZero(floats * copies, gradient);
      }
    },
    affine: (terms) => affine(shop, terms),
    recurrent: (terms) => recurrent(shop, terms),
    convolution: (terms) => convolution(shop, terms),
    attention: (terms) => attention(shop, terms),
    batchNorm: (terms) => batchNorm(shop, terms),
    activation: (which, x, y) => activation(shop, which, x, y),
    add: (parts, y) => add(shop, parts, y),
    multiply: (x, factor, y) => multiply(shop, x, factor, y),
    concat: (parts, y) => concat(shop, parts, y),
    slice: (x, first, y) => slice(shop, x, first, y),
    stack: (parts, y) => stack(shop, parts, y),
    mean: (x, y) => mean(shop, x, y),
    max: (x, y) => max(shop, x, y),
    pointwise: (terms) => pointwise(shop, terms),
    gaussian: (terms) => gaussian(shop, terms),
    crossEntropy: (terms) => crossEntropy(shop, terms),
    optimiser: (handles, rule) => createOptimiser(shop, handles, rule),
    dispose: () => {
      lanes.settle();
      for (const queue of queues) queue.stop();
    },
  };
}

function gradientsOf(weight: WasmWeight) {
  return { floats: weight.floats, copies: weight.copies, gradient: weight.gradient(0) };
}
