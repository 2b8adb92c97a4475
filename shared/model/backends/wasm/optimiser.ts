import type { Optimiser, Weight } from '../../backend.ts';
import { normScale, updateCoefficients, type OptimiserRule } from '../../optimisers/rule.ts';
import { ownWeight, type WasmWeight } from './tensors.ts';
import type { Workshop } from './workshop.ts';

export function createOptimiser(
  shop: Workshop,
  handles: readonly Weight[],
  rule: OptimiserRule,
): Optimiser {
  const { exports, arena, lanes } = shop;
  const weights = handles.map(ownWeight);
  const m = weights.map(({ floats }) => arena.floats(floats));
  const v = weights.map(({ floats }) => arena.floats(floats));
  let updates = 0;
  let norm = 0;
  const gather = (addresses: readonly number[]): Float64Array[] =>
    weights.map((weight, i) => weight.gather(addresses[i]));
  const scatter = (addresses: readonly number[], all: readonly Float64Array[]): void =>
    weights.forEach((weight, i) => weight.scatter(addresses[i], all[i]));
  return {
    update: (options) => {
      lanes.settle();
      updates++;
      weights.forEach((weight) => reduce(shop, weight));
      const squares = weights.map((w) => exports.sumSquares(w.floats, w.gradient(0)));
      norm = options.clipNorm === undefined ? 0 : Math.sqrt(squares.reduce((sum, x) => sum + x, 0));
      const κ = normScale(norm, options);
      const letters = updateCoefficients(rule, updates, options);
      const { a, b, p, q, ρ, ε, η, s, λ1, λ2, clipValue } = letters;
      weights.forEach((weight, i) => {
        const places = [weight.floats, weight.value, weight.gradient(0), m[i], v[i]];
        exports.update(...places, κ, clipValue, a, b, p, q, ρ, ε, η, s, λ1, λ2);
        weight.version++;
      });
    },
    norm: () => norm,
    save: () => {
      lanes.settle();
      return { updates, m: gather(m), v: gather(v) };
    },
    load: (state) => {
      lanes.settle();
      updates = state.updates;
      scatter(m, state.m);
      scatter(v, state.v);
    },
  };
}

/** The sum over shards, in order, into the first. */
function reduce({ exports }: Workshop, weight: WasmWeight): void {
  weight.share(1);
  exports.reduceGradient(weight.floats, weight.copies, weight.gradient(0));
}
