/** The reference backend: float64, no tricks, the judge of the others. */
import type { Backend } from '../../backend.ts';
import { createGru } from './gru.ts';
import { matmul, matmulDw, matmulDx } from './matmul.ts';

/** One per network: it keeps scratch memory between calls. */
export function createReferenceBackend(): Backend {
  const gru = createGru();
  return {
    name: 'reference',
    matmul,
    matmulDx,
    matmulDw,
    gruForward: gru.forward,
    gruBackward: gru.backward,
  };
}
