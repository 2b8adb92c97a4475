/** WebAssembly as far as it is used here; the compiler's library for Node does not know it. */
import type { WasmExports, WasmMemory } from '../../../shared/model/backends/wasm/module.ts';

interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (limits: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: boolean;
  }) => WasmMemory;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: WasmExports };
  validate(bytes: Uint8Array): boolean;
}

export const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi };

/** The kernels over this memory. */
export function instantiate(module: object, memory: WasmMemory): WasmExports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}
