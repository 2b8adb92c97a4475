/**
 * What the gradients of a layer tell of its learning: vanishing and exploding are seen here long
 * before they are seen in the loss (Pascanu et al. 2013).
 */

import type { GradientStatistics, LayerGradients } from '../domain/model.ts';

/** Below this a step moves a weight of usual size by nothing that float32 holds. */
const TINY = 1e-8;
/** Above this one step moves a weight of usual size past its whole range. */
const HUGE = 10;

/** Gradients by parameter name; parameters of one layer are judged together. */
export function layerGradients(
  gradients: Iterable<readonly [string, Float64Array]>,
): LayerGradients {
  const layers = new Map<string, Float64Array[]>();
  for (const [name, gradient] of gradients) {
    const layer = layerOf(name);
    layers.set(layer, [...(layers.get(layer) ?? []), gradient]);
  }
  const all = [...layers].map(([layer, parts]) => [layer, statisticsOf(parts)]);
  return Object.fromEntries(all);
}

/** `gru.weight_ih_l0_reverse` → `gru.l0_reverse`, `conv.1.weight` → `conv.1`. */
export function layerOf(parameter: string): string {
  const recurrent = /^(.*?)(?:weight|bias)_[ih]h_(l\d+(?:_reverse)?)$/.exec(parameter);
  if (recurrent) return recurrent[1] + recurrent[2];
  return parameter.replace(/\.(weight|bias|v)$/, '');
}

function statisticsOf(parts: readonly Float64Array[]): GradientStatistics {
  let count = 0;
  let squares = 0;
  let tiny = 0;
  let huge = 0;
  for (const part of parts) {
    count += part.length;
    for (const g of part) {
      squares += g * g;
      if (Math.abs(g) < TINY) tiny++;
      else if (!(Math.abs(g) <= HUGE)) huge++;
    }
  }
  return { norm: Math.sqrt(squares), tiny: tiny / count, huge: huge / count };
}
