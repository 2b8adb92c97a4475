/** A thread that does the kernels it is told over shared memory, until it is told to stop. */
import { workerData } from 'node:worker_threads';
import { CommandQueue } from '../../../shared/model/backends/wasm/command-queue.ts';
import type { WasmMemory } from '../../../shared/model/backends/wasm/module.ts';
import { instantiate } from './web-assembly.ts';

interface ThreadOrder {
  readonly module: object;
  readonly memory: WasmMemory;
  readonly buffer: SharedArrayBuffer;
}

const { module, memory, buffer } = workerData as ThreadOrder;
new CommandQueue(buffer).serve(instantiate(module, memory));
