/** The reference backend: float64, no tricks, the judge of the others. */
import type { Backend } from '../../backend.ts';
import { matmul, matmulDw, matmulDx } from './matmul.ts';
import { createRecurrent } from './recurrent.ts';

/** One per network: it keeps scratch memory between calls. */
export function createReferenceBackend(): Backend {
  return { name: 'reference', matmul, matmulDx, matmulDw, ...createRecurrent() };
}
