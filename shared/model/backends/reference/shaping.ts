/** Kernels that only move numbers: beside each other, along time, together. */
import type { Kernel, Sequence } from '../../backend.ts';
import { addTo } from './recurrent.ts';
import { own, type ReferenceSequence } from './tensors.ts';

export function concat(sources: readonly Sequence[], target: Sequence): Kernel {
  const parts = sources.map(own);
  const y = own(target);
  const eachRow = (visit: (part: ReferenceSequence, from: number, to: number) => void): void => {
    for (let row = 0, to = 0; row < y.T * y.B; row++) {
      for (const part of parts) {
        visit(part, row * part.C, to);
        to += part.C;
      }
    }
  };
  return {
    forward: () => {
      eachRow((part, from, to) => y.value.set(part.value.subarray(from, from + part.C), to));
    },
    backward: () => {
      eachRow((part, from, to) => {
        if (!part.hasGradient) return;
        const row = y.gradient.subarray(to, to + part.C);
        addTo(part.gradient.subarray(from, from + part.C), row);
      });
    },
  };
}

export function slice(source: Sequence, first: number, target: Sequence): Kernel {
  const x = own(source);
  const y = own(target);
  const from = first * y.B * y.C;
  const to = from + y.value.length;
  return {
    forward: () => y.value.set(x.value.subarray(from, to)),
    backward: () => {
      if (x.hasGradient) addTo(x.gradient.subarray(from, to), y.gradient);
    },
  };
}

export function stack(sources: readonly Sequence[], target: Sequence): Kernel {
  const parts = sources.map(own);
  const y = own(target);
  const eachPart = (visit: (part: ReferenceSequence, at: number) => void): void => {
    let at = 0;
    for (const part of parts) {
      visit(part, at);
      at += part.value.length;
    }
  };
  return {
    forward: () => eachPart((part, at) => y.value.set(part.value, at)),
    backward: () => {
      eachPart((part, at) => {
        if (part.hasGradient) addTo(part.gradient, y.gradient.subarray(at));
      });
    },
  };
}

export function mean(source: Sequence, target: Sequence): Kernel {
  const x = own(source);
  const y = own(target);
  const step = y.value.length;
  return {
    forward: () => {
      y.value.fill(0);
      for (let i = 0; i < x.value.length; i++) y.value[i % step] += x.value[i] / x.T;
    },
    backward: () => {
      if (!x.hasGradient) return;
      for (let i = 0; i < x.gradient.length; i++) x.gradient[i] += y.gradient[i % step] / x.T;
    },
  };
}

export function max(source: Sequence, target: Sequence): Kernel {
  const x = own(source);
  const y = own(target);
  const step = y.value.length;
  /** Place in x of every largest value. */
  const places = new Int32Array(step);
  return {
    forward: () => {
      for (let i = 0; i < step; i++) {
        places[i] = i;
        for (let at = i; at < x.value.length; at += step) {
          if (x.value[at] > x.value[places[i]]) places[i] = at;
        }
        y.value[i] = x.value[places[i]];
      }
    },
    backward: () => {
      if (!x.hasGradient) return;
      for (let i = 0; i < step; i++) x.gradient[places[i]] += y.gradient[i];
    },
  };
}
