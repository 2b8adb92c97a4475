import type { Optimiser, OptimiserState, Weight } from '../../backend.ts';
import {
  normScale,
  updateCoefficients,
  type OptimiserRule,
  type UpdateCoefficients,
} from '../../optimisers/rule.ts';
import { ownWeight, type ReferenceWeight } from './tensors.ts';

export function createOptimiser(handles: readonly Weight[], rule: OptimiserRule): Optimiser {
  const weights = handles.map(ownWeight);
  const m = weights.map(({ value }) => new Float64Array(value.length));
  const v = weights.map(({ value }) => new Float64Array(value.length));
  let updates = 0;
  let norm = 0;
  return {
    update: (options) => {
      updates++;
      norm = options.clipNorm === undefined ? 0 : normOf(weights);
      const κ = normScale(norm, options);
      const letters = updateCoefficients(rule, updates, options);
      weights.forEach((weight, i) => updateWeight(weight, m[i], v[i], κ, letters));
    },
    norm: () => norm,
    save: () => ({ updates, m: m.map((all) => all.slice()), v: v.map((all) => all.slice()) }),
    load: (state: OptimiserState) => {
      updates = state.updates;
      state.m.forEach((all, i) => m[i].set(all));
      state.v.forEach((all, i) => v[i].set(all));
    },
  };
}

/** The update of `optimisers/rule.ts`. */
function updateWeight(
  { value: θ, gradient: g }: ReferenceWeight,
  m: Float64Array,
  v: Float64Array,
  κ: number,
  { a, b, p, q, ρ, ε, η, s, λ1, λ2, clipValue }: UpdateCoefficients,
): void {
  for (let i = 0; i < θ.length; i++) {
    const clipped = Math.max(-clipValue, Math.min(clipValue, κ * g[i]));
    const d = clipped + λ2 * θ[i] + λ1 * Math.sign(θ[i]);
    m[i] = a * m[i] + b * d;
    v[i] = p * v[i] + q * d * d;
    θ[i] = s * θ[i] - (η * m[i]) / (ρ * Math.sqrt(v[i]) + ε);
  }
}

function normOf(weights: readonly ReferenceWeight[]): number {
  let squares = 0;
  for (const { gradient } of weights) for (const g of gradient) squares += g * g;
  return Math.sqrt(squares);
}
