/**
 * Sums run over the rows of each shard, then over the shards in order, in float64: the numbers of a
 * channel come out the same whatever the number of threads.
 */
import { BATCH_NORM, type BatchNorm, type Kernel } from '../../backend.ts';
import { own, ownWeight, type WasmSequence } from './tensors.ts';
import type { Workshop } from './workshop.ts';

export function batchNorm(shop: Workshop, terms: BatchNorm): Kernel {
  const { arena, lanes } = shop;
  const x = own(terms.x);
  const y = own(terms.y);
  const [gamma, beta] = [ownWeight(terms.gamma), ownWeight(terms.beta)];
  const means = ownWeight(terms.runningMean);
  const variances = ownWeight(terms.runningVariance);
  const { ld, C } = x;
  const N = x.T * x.B;
  const normal = shop.room(x, (s) => x.floats(s));
  const totals = totalsOf(shop, x);
  const [mean, inverse, scale, shareOfSum, shareOfProduct] = arena.several(5, ld);
  for (const weight of [gamma, beta]) weight.share(x.shards.length);

  /** μ and 1 / √(σ² + ε) of every channel, of the batch or the running ones. */
  function normalise(): void {
    const batch = terms.isTraining ? totals(x.value, x.value) : null;
    const [runningMean, runningVariance] = [means, variances].map((w) => arena.at(w.value, C));
    const [μ, inverses] = [mean, inverse].map((address) => arena.at(address, C));
    for (let c = 0; c < C; c++) {
      let [m, variance] = [runningMean[c], runningVariance[c]];
      if (batch) {
        m = batch.sum(c) / N;
        variance = Math.max(0, batch.product(c) / N - m * m);
        const unbiased = (variance * N) / Math.max(1, N - 1);
        runningMean[c] += BATCH_NORM.momentum * (m - runningMean[c]);
        runningVariance[c] += BATCH_NORM.momentum * (unbiased - runningVariance[c]);
      }
      μ[c] = m;
      inverses[c] = 1 / Math.sqrt(variance + BATCH_NORM.epsilon);
    }
  }

  return {
    forward: () => {
      lanes.settle();
      normalise();
      shop.each(x, 'normForward', (s) => [
        ...[x.rows(s), ld, x.value[s], mean, inverse],
        ...[gamma.value, beta.value, normal[s], y.value[s]],
      ]);
    },
    backward: () => {
      shop.ready(y);
      const { sum, product } = totals(y.gradient, normal);
      const dGamma = arena.at(gamma.gradient(0), C);
      const dBeta = arena.at(beta.gradient(0), C);
      const γ = arena.at(gamma.value, C);
      const places = [inverse, scale, shareOfSum, shareOfProduct];
      const [inverses, scales, a, b] = places.map((address) => arena.at(address, C));
      for (let c = 0; c < C; c++) {
        dBeta[c] += sum(c);
        dGamma[c] += product(c);
        scales[c] = γ[c] * inverses[c];
        a[c] = terms.isTraining ? sum(c) / N : 0;
        b[c] = terms.isTraining ? product(c) / N : 0;
      }
      if (!x.hasGradient) return;
      shop.ready(x);
      shop.each(x, 'normBackward', (s) => [
        ...[x.rows(s), ld, y.gradient[s], normal[s]],
        ...[scale, shareOfSum, shareOfProduct, x.gradient[s]],
      ]);
    },
  };
}

/** Of one channel. */
type Sum = (channel: number) => number;

/** Σ a and Σ a ⊙ b over all rows, by channel; a and b lie as x does. */
function totalsOf(shop: Workshop, x: WasmSequence) {
  const sums = shop.room(x, () => 4 * x.ld);
  return (a: readonly number[], b: readonly number[]): { sum: Sum; product: Sum } => {
    shop.each(x, 'columnSums', (s) => [x.rows(s), x.ld, a[s], b[s], sums[s]]);
    shop.lanes.settle();
    const parts = sums.map((address) => shop.arena.doublesAt(address, 2 * x.ld));
    const total = (i: number): number => parts.reduce((all, part) => all + part[i], 0);
    return { sum: total, product: (c) => total(x.ld + c) };
  };
}
