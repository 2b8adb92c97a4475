/**
 * Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019), as in torch.optim:
 *
 *   θ ← θ − η λ θ                              (AdamW's decoupled decay; λ = 0 is Adam)
 *   m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
 *   θ ← θ − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)
 */
import type { Parameters } from '../spec.ts';

const β2 = 0.999;
const ε = 1e-8;

export interface AdamStep {
  /** η */
  readonly learningRate: number;
  /** β₁ */
  readonly momentum: number;
  /** λ */
  readonly weightDecay: number;
}

export interface Adam {
  /** One update of all parameters by the gradients of the same names. */
  step(gradients: Parameters, step: AdamStep): void;
}

export function createAdam(parameters: Parameters): Adam {
  const moments = new Map(
    [...parameters].map(([name, { data }]) => [
      name,
      { m: new Float64Array(data.length), v: new Float64Array(data.length) },
    ]),
  );
  let t = 0;
  return {
    step: (gradients, { learningRate: η, momentum: β1, weightDecay: λ }) => {
      t++;
      const rate = η / (1 - β1 ** t);
      const root = Math.sqrt(1 - β2 ** t);
      for (const [name, { data: θ }] of parameters) {
        const g = gradients.get(name)!.data;
        const { m, v } = moments.get(name)!;
        for (let i = 0; i < θ.length; i++) {
          m[i] = β1 * m[i] + (1 - β1) * g[i];
          v[i] = β2 * v[i] + (1 - β2) * g[i] * g[i];
          θ[i] = θ[i] * (1 - η * λ) - (rate * m[i]) / (Math.sqrt(v[i]) / root + ε);
        }
      }
    },
  };
}
