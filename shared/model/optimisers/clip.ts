/** Gradient clipping by the norm of all parameters (Pascanu et al. 2013; torch clip_grad_norm_). */
import type { Parameters } from '../spec.ts';

/** Scales g by min(1, max/(‖g‖ + 1e-6)); answers ‖g‖ before. */
export function clipNorm(gradients: Parameters, normMax: number): number {
  let squares = 0;
  for (const { data } of gradients.values()) for (const g of data) squares += g * g;
  const norm = Math.sqrt(squares);
  const scale = normMax / (norm + 1e-6);
  if (scale < 1) for (const { data } of gradients.values()) scaleAll(data, scale);
  return norm;
}

function scaleAll(data: Float64Array, scale: number): void {
  for (let i = 0; i < data.length; i++) data[i] *= scale;
}
