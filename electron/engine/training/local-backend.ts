/** The backends that run in threads of the engine. */
import type { BackendName } from '../../../shared/domain/model.ts';
import type { Backend } from '../../../shared/model/backend.ts';
import { createReferenceBackend } from '../../../shared/model/backends/reference/reference.ts';
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
