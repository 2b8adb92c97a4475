/** Our own kernels on the processor: training by the WASM backend, on one core and on all. */
import { availableParallelism } from 'node:os';
import {
  createNodeWasmBackend,
  fastestBuild,
} from '../../../electron/engine/training/wasm-node.ts';
import { timed, type Contestant } from './contestant.ts';
import type { Task } from './shapes.ts';
import { trainingStep } from './training-step.ts';

export function openWasm(task: Task): Contestant[] {
  const build = fastestBuild();
  return [...new Set([1, availableParallelism()])].map((threads) => {
    const backend = createNodeWasmBackend({ build, threads });
    const step = trainingStep(backend, task);
    return {
      name: `offbeat wasm, ${threads} thread${threads > 1 ? 's' : ''}`,
      note: `${build} SIMD`,
      turn: async (steps) => {
        let loss = 0;
        const ms = timed(steps, () => (loss = step()));
        return { ms, loss };
      },
      close: async () => backend.dispose(),
    };
  });
}
