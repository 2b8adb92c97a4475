/** The WASM backend in Node: finds the compiled kernels and starts threads for them. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Backend } from '../../../shared/model/backend.ts';
import { Arena } from '../../../shared/model/backends/wasm/arena.ts';
import { CommandQueue } from '../../../shared/model/backends/wasm/command-queue.ts';
import type { WasmMemory, WasmModule } from '../../../shared/model/backends/wasm/module.ts';
import { createWasmStepper } from '../../../shared/model/backends/wasm/stepper.ts';
import { createWasmBackend } from '../../../shared/model/backends/wasm/wasm.ts';
import type { Stepper, StepperFactory } from '../../../shared/model/stepper.ts';
import type { Forecaster } from '../../../shared/model/forecaster.ts';
import { workerUrl } from '../worker-url.ts';
import { instantiate, WebAssembly } from './web-assembly.ts';

/** `plain` gives the same bits everywhere; `relaxed` is faster where the processor has it. */
export type WasmBuild = 'plain' | 'relaxed';

/** As the kernels were compiled. */
const INITIAL_PAGES = 16;
const MAXIMUM_PAGES = 65_536;

const compiled = new Map<WasmBuild, object>();

/** The relaxed build where this machine runs it, else the plain one. */
export function fastestBuild(): WasmBuild {
  return WebAssembly.validate(bytesOf('relaxed')) ? 'relaxed' : 'plain';
}

export interface WasmBackendOptions {
  readonly build: WasmBuild;
  /** All cores unless given; more than a batch has shards find nothing to do. */
  readonly threads?: number;
  /** Limit of its memory, in pages of 64 KiB; 4 GiB unless given. */
  readonly pagesMax?: number;
}

export function createNodeWasmBackend({
  build,
  threads = availableParallelism(),
  pagesMax = MAXIMUM_PAGES,
}: WasmBackendOptions): Backend {
  const module = compiledKernels(build);
  const memory = newMemory(pagesMax);
  const queues = Array.from({ length: threads - 1 }, () => new CommandQueue());
  for (const { buffer } of queues) {
    const thread = new Worker(workerUrl('training/wasm-thread'), {
      workerData: { module, memory, buffer },
    });
    thread.unref();
  }
  const name = build === 'plain' ? 'wasm-plain' : 'wasm';
  return createWasmBackend({
    name,
    module: { memory, exports: instantiate(module, memory) },
    queues,
  });
}

let live: { readonly kernels: WasmModule; readonly arena: Arena } | null = null;

/** Live scoring by the plain build: the same bits on every machine. */
export const wasmStepper: StepperFactory = (forecaster) => batchedStepper(forecaster, 1);

/** Live scoring of so many streams of one forecaster in a call; each as it is alone. */
export function batchedStepper(forecaster: Forecaster, streams: number): Stepper {
  if (!live) {
    const kernels = newKernels('plain');
    live = { kernels, arena: new Arena(kernels.memory) };
  }
  return createWasmStepper(live.kernels, live.arena, forecaster, streams);
}

/** The kernels over a memory of their own. */
export function newKernels(build: WasmBuild): WasmModule {
  const memory = newMemory();
  return { memory, exports: instantiate(compiledKernels(build), memory) };
}

function newMemory(maximum = MAXIMUM_PAGES): WasmMemory {
  const limits = { initial: INITIAL_PAGES, maximum, shared: true };
  return new WebAssembly.Memory(limits);
}

function compiledKernels(build: WasmBuild): object {
  const known = compiled.get(build) ?? new WebAssembly.Module(bytesOf(build));
  compiled.set(build, known);
  return known;
}

/** Beside the built code; from source, in the build's folder. */
function bytesOf(build: WasmBuild): Uint8Array<ArrayBuffer> {
  const folder = import.meta.url.endsWith('.ts') ? '../../../out/wasm' : '../wasm';
  return readFileSync(fileURLToPath(new URL(`${folder}/${build}.wasm`, import.meta.url)));
}
