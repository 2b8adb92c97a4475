import type { Activation, Kernel, Sequence } from '../../backend.ts';
import { addTo } from './recurrent.ts';
import { own } from './tensors.ts';

/** φ, and φ' told from φ's own value. */
const functions: Record<Activation, { φ(a: number): number; slope(y: number): number }> = {
  tanh: { φ: Math.tanh, slope: (y) => 1 - y * y },
  relu: { φ: (a) => Math.max(0, a), slope: (y) => (y > 0 ? 1 : 0) },
};

export function activation(name: Activation, source: Sequence, target: Sequence): Kernel {
  const { φ, slope } = functions[name];
  const x = own(source);
  const y = own(target);
  return {
    forward: () => {
      for (let i = 0; i < y.value.length; i++) y.value[i] = φ(x.value[i]);
    },
    backward: () => {
      for (let i = 0; i < x.gradient.length; i++) {
        x.gradient[i] += y.gradient[i] * slope(y.value[i]);
      }
    },
  };
}

export function add(sources: readonly Sequence[], target: Sequence): Kernel {
  const parts = sources.map(own);
  const y = own(target);
  return {
    forward: () => {
      y.value.fill(0);
      for (const part of parts) addTo(y.value, part.value);
    },
    backward: () => {
      for (const part of parts) if (part.hasGradient) addTo(part.gradient, y.gradient);
    },
  };
}

export function multiply(source: Sequence, by: Sequence, target: Sequence): Kernel {
  const x = own(source);
  const factor = own(by).value;
  const y = own(target);
  return {
    forward: () => {
      for (let i = 0; i < factor.length; i++) y.value[i] = x.value[i] * factor[i];
    },
    backward: () => {
      for (let i = 0; i < x.gradient.length; i++) x.gradient[i] += y.gradient[i] * factor[i];
    },
  };
}
