import type { Affine, Kernel } from '../../backend.ts';
import { matmul, matmulDw, matmulDx } from './matmul.ts';
import { own, ownWeight } from './tensors.ts';

export function affine(terms: Affine): Kernel {
  const x = own(terms.x);
  const y = own(terms.y);
  const w = ownWeight(terms.weight);
  const b = terms.bias && ownWeight(terms.bias);
  const N = x.T * x.B;
  const D = x.C;
  const K = y.C;
  return {
    forward: () => {
      if (b) fillRows(y.value, b.value);
      else y.value.fill(0);
      matmul(x.value, w.value, y.value, N, D, K);
    },
    backward: () => {
      if (x.hasGradient) matmulDx(y.gradient, w.value, x.gradient, N, D, K);
      matmulDw(y.gradient, x.value, w.gradient, N, D, K);
      if (b) sumRows(y.gradient, b.gradient);
    },
  };
}

/** Every row becomes the bias. */
export function fillRows(rows: Float64Array, bias: Float64Array): Float64Array {
  for (let i = 0; i < rows.length; i += bias.length) rows.set(bias, i);
  return rows;
}

/** db = db + Σ_n dy_n. */
export function sumRows(dy: Float64Array, db: Float64Array): void {
  const k = db.length;
  for (let i = 0; i < dy.length; i += k) {
    for (let j = 0; j < k; j++) db[j] += dy[i + j];
  }
}
