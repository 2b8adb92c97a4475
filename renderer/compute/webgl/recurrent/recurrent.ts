/**
 * A recurrent layer over a whole sequence: one drawing projects the inputs of all steps, then the
 * steps follow each other forward and back; the weights' gradients are products over all steps at
 * once. Steps count in the order of reading: s = 0 is read first.
 */
import type { Kernel, Recurrent } from '../../../../shared/model/backend.ts';
import type { Memory } from '../memory.ts';
import { backwardPass } from './backward.ts';
import { forwardPass } from './forward.ts';
import { layerOf } from './layer.ts';

export function recurrent(memory: Memory, terms: Recurrent): Kernel {
  const layer = layerOf(memory, terms);
  return { forward: forwardPass(layer), backward: backwardPass(layer) };
}
