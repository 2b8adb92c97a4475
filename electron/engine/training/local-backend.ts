/** The backends that run in threads of the engine. */
import type { BackendName } from '../../../shared/domain/model.ts';
import type { Backend } from '../../../shared/model/backend.ts';
import { createReferenceBackend } from '../../../shared/model/backends/reference/reference.ts';
import { shardsOf } from '../../../shared/model/backends/wasm/tensors.ts';
import { batchSize } from '../../../shared/train/forecast-trainer.ts';
import type { TrainingOrder } from '../../../shared/train/order.ts';
import { createNodeWasmBackend, fastestBuild } from './wasm-node.ts';

export type LocalBackendName = Exclude<BackendName, 'webgl'>;

/** `threads`: as many as there are cores unless given. */
export function createLocalBackend(name: LocalBackendName, threads?: number): Backend {
  switch (name) {
    case 'reference':
      return createReferenceBackend();
    case 'wasm':
      return createNodeWasmBackend({ build: fastestBuild(), threads });
    case 'wasm-plain':
      return createNodeWasmBackend({ build: 'plain', threads });
  }
}

/** Threads for a training that has so many cores: no more than find something to do. */
export function threadsFor(order: TrainingOrder, cores: number): number {
  return Math.max(1, Math.min(cores, shardsOf(batchSize(order.options)).length));
}
