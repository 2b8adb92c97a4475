import type {
  CrossEntropyTerms,
  GaussianTerms,
  Loss,
  PointwiseName,
  PointwiseTerms,
} from '../../backend.ts';
import type { KernelName } from './module.ts';
import { own, type WasmSequence } from './tensors.ts';
import type { Workshop } from './workshop.ts';

/** As in assembly/losses.ts. */
const NUMBER: Record<PointwiseName, number> = { mse: 0, mae: 1, huber: 2, quantile: 3 };

export function pointwise(shop: Workshop, terms: PointwiseTerms): Loss {
  const y = own(terms.output);
  const target = own(terms.target);
  const weight = own(terms.weight);
  const { parameters } = terms;
  const list = shop.arena.floats(y.C);
  const floats = shop.arena.at(list, y.C);
  for (let c = 0; c < y.C; c++) floats[c] = parameters[c % parameters.length];
  return lossOf(shop, y, 'pointwise', (s) => [
    ...[NUMBER[terms.name], y.rows(s), y.C, y.ld],
    ...[y.value[s], target.value[s], weight.value[s], list],
  ]);
}

export function gaussian(shop: Workshop, terms: GaussianTerms): Loss {
  const y = own(terms.output);
  const target = own(terms.target);
  const weight = own(terms.weight);
  return lossOf(shop, y, 'gaussian', (s) => [
    ...[y.rows(s), target.C, y.ld, target.ld],
    ...[y.value[s], target.value[s], weight.value[s]],
  ]);
}

export function crossEntropy(shop: Workshop, terms: CrossEntropyTerms): Loss {
  const y = own(terms.output);
  const coefficients = own(terms.coefficients);
  return lossOf(shop, y, 'crossEntropy', (s) => [
    ...[y.rows(s), y.C, y.ld, y.value[s], coefficients.value[s]],
  ]);
}

/** Forward passes whose losses are kept in the kernels' memory. */
const PASSES = 64;

/** One kernel both ways: with an address for the gradient it adds that, else the loss. */
function lossOf(
  shop: Workshop,
  y: WasmSequence,
  kernel: KernelName,
  args: (shard: number) => readonly number[],
): Loss {
  /** For each shard a float64 of every pass. */
  const sums = shop.room(y, () => 2 * PASSES);
  let passes = 0;
  const taken: number[] = [];
  const collect = (): void => {
    shop.lanes.settle();
    const parts = sums.map((address) => shop.arena.doublesAt(address, PASSES));
    for (let p = 0; p < passes; p++) taken.push(parts.reduce((sum, part) => sum + part[p], 0));
    for (const part of parts) part.fill(0);
    passes = 0;
  };
  return {
    forward: () => {
      if (passes === PASSES) collect();
      const pass = 8 * passes++;
      shop.each(y, kernel, (s) => [...args(s), sums[s] + pass, 0]);
    },
    backward: () => {
      shop.ready(y);
      shop.each(y, kernel, (s) => [...args(s), sums[s], y.gradient[s]]);
    },
    take: () => {
      collect();
      return taken.splice(0);
    },
  };
}
