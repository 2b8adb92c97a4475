/** One loss over all steps, chunks, horizons and targets that count. */
import { losses, type LossName } from '../model/losses/pointwise.ts';
import type { ChunkShape } from './chunks.ts';

/**
 * output and target [T, B, horizons, K]; the mean is over the steps after the warm-up. NaN targets
 * do not count. The gradient is ∂L/∂output.
 */
export function horizonLoss(
  output: Float64Array,
  target: Float64Array,
  shape: ChunkShape,
  name: LossName,
  gradient: Float64Array,
): number {
  const loss = losses[name];
  const first = Math.min(shape.warmup, shape.T - 1) * (output.length / shape.T);
  let counted = 0;
  for (let i = first; i < output.length; i++) if (!Number.isNaN(target[i])) counted++;
  gradient.fill(0);
  if (counted === 0) return 0;
  let sum = 0;
  for (let i = first; i < output.length; i++) {
    if (Number.isNaN(target[i])) continue;
    const e = output[i] - target[i];
    sum += loss.value(e);
    gradient[i] = loss.derivative(e) / counted;
  }
  return sum / counted;
}
