/** Scheduled teacher forcing (Bengio et al. 2015): what the decoder reads, by step and row. */
import type { Random } from '../math/prng.ts';
import type { Sequence } from '../model/backend.ts';
import type { Forcing } from '../model/networks/network-parts.ts';
import type { LossSpec } from './loss.ts';

/** Throws RangeError for a loss whose outputs are not values that a decoder could read again. */
export function checkForcing(loss: LossSpec, { forced }: Forcing, output: Sequence): void {
  const isValue = loss.name === 'mse' || loss.name === 'mae' || loss.name === 'huber';
  if (isValue && forced.C === output.C) return;
  throw new RangeError(
    `An encoder–decoder reads its own outputs, which the loss "${loss.name}" does not make ` +
      'values; choose mse, mae or huber.',
  );
}

/** forced_j = y_{j−1} where the teacher speaks, free_j = 1 elsewhere; see `Forcing`. */
export function drawForcing(
  random: Random,
  { forced: { T, B, C }, probability }: Forcing,
  target: Float64Array,
  isTraining: boolean,
): { readonly forced: Float64Array; readonly free: Float64Array } {
  const forced = new Float64Array(T * B * C);
  const free = new Float64Array(T * B * C).fill(1);
  if (!isTraining || probability === 0) return { forced, free };
  for (let row = B; row < T * B; row++) {
    if (random.uniform() >= probability) continue;
    const before = target.subarray((row - B) * C, (row - B + 1) * C);
    forced.set(before, row * C);
    free.fill(0, row * C, (row + 1) * C);
  }
  return { forced, free };
}
