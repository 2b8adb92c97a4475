import type { Activation, Kernel, Sequence } from '../../backend.ts';
import { own } from './tensors.ts';
import type { Workshop } from './workshop.ts';

export function activation(
  shop: Workshop,
  name: Activation,
  source: Sequence,
  target: Sequence,
): Kernel {
  const x = own(source);
  const y = own(target);
  const [forward, backward] =
    name === 'tanh'
      ? (['tanhForward', 'tanhBackward'] as const)
      : (['reluForward', 'reluBackward'] as const);
  return {
    forward: () => shop.each(y, forward, (s) => [y.floats(s), x.value[s], y.value[s]]),
    backward: () => {
      if (!x.hasGradient) return;
      shop.ready(y);
      shop.ready(x);
      shop.each(y, backward, (s) => [y.floats(s), y.value[s], y.gradient[s], x.gradient[s]]);
    },
  };
}

export function add(shop: Workshop, sources: readonly Sequence[], target: Sequence): Kernel {
  const parts = sources.map(own);
  const y = own(target);
  return {
    forward: () => {
      const [first, ...others] = parts;
      shop.each(y, 'copy', (s) => [y.floats(s), first.value[s], y.value[s]]);
      for (const part of others) {
        shop.each(y, 'add', (s) => [y.floats(s), part.value[s], y.value[s]]);
      }
    },
    backward: () => {
      shop.ready(y);
      for (const part of parts) {
        if (!part.hasGradient) continue;
        shop.ready(part);
        shop.each(y, 'add', (s) => [y.floats(s), y.gradient[s], part.gradient[s]]);
      }
    },
  };
}

export function multiply(shop: Workshop, source: Sequence, by: Sequence, target: Sequence): Kernel {
  const x = own(source);
  const factor = own(by);
  const y = own(target);
  return {
    forward: () => {
      shop.each(y, 'multiply', (s) => [y.floats(s), x.value[s], factor.value[s], y.value[s]]);
    },
    backward: () => {
      if (!x.hasGradient) return;
      shop.ready(y);
      shop.ready(x);
      shop.each(y, 'addProduct', (s) => [
        ...[y.floats(s), y.gradient[s], factor.value[s], x.gradient[s]],
      ]);
    },
  };
}
