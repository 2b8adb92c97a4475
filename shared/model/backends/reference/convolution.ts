/**
 * Convolution over time written as one product: the inputs that a step sees lie beside each other
 * in a row, p_t [D·width], in the order of the weight's own columns.
 */
import type { Convolution, Kernel } from '../../backend.ts';
import { fillRows, sumRows } from './affine.ts';
import { matmul, matmulDw, matmulDx } from './matmul.ts';
import { own, ownWeight } from './tensors.ts';

export function convolution(terms: Convolution): Kernel {
  const x = own(terms.x);
  const y = own(terms.y);
  const w = ownWeight(terms.weight);
  const bias = ownWeight(terms.bias);
  const N = y.T * y.B;
  const [K, D, width] = w.shape;
  const patches = new Float64Array(N * D * width);
  const dPatches = new Float64Array(x.hasGradient ? patches.length : 0);
  return {
    forward: () => {
      eachPlace(terms, (from, to) => (patches[to] = x.value[from]));
      matmul(patches, w.value, fillRows(y.value, bias.value), N, D * width, K);
    },
    backward: () => {
      matmulDw(y.gradient, patches, w.gradient, N, D * width, K);
      sumRows(y.gradient, bias.gradient);
      if (!x.hasGradient) return;
      matmulDx(y.gradient, w.value, dPatches.fill(0), N, D * width, K);
      eachPlace(terms, (from, to) => (x.gradient[from] += dPatches[to]));
    },
  };
}

/** Every place of x that lies in a patch, with its place there. */
function eachPlace(terms: Convolution, visit: (from: number, to: number) => void): void {
  const { x, y, weight, stride, padding } = terms;
  const { T, B, C: D } = x;
  const width = weight.shape[2];
  for (let s = 0; s < y.T; s++) {
    for (let b = 0; b < B; b++) {
      for (let d = 0; d < D; d++) {
        const to = ((s * B + b) * D + d) * width;
        for (let j = 0; j < width; j++) {
          const t = s * stride + j - padding;
          if (t >= 0 && t < T) visit((t * B + b) * D + d, to + j);
        }
      }
    }
  }
}
