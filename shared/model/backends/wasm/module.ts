/** What the environment hands in: the compiled kernels over a memory that threads share. */

/** Of `assembly/index.ts`; a command names a kernel by its place here. */
export const KERNELS = [
  'add',
  'addProduct',
  'addScaled',
  'addTwo',
  'affineForward',
  'affineInputs',
  'affineWeights',
  'attentionBackward',
  'attentionForward',
  'columnSums',
  'copy',
  'copyColumns',
  'crossEntropy',
  'fillZero',
  'gaussian',
  'maxBackward',
  'maxForward',
  'multiply',
  'normBackward',
  'normForward',
  'packColumns',
  'packRows',
  'patches',
  'pointwise',
  'recurrentBackward',
  'recurrentForward',
  'reluBackward',
  'reluForward',
  'tanhBackward',
  'tanhForward',
] as const;
export type KernelName = (typeof KERNELS)[number];

type Exported =
  KernelName | 'backwardRoom' | 'multiplyAdds' | 'reduceGradient' | 'stepForecaster' | 'sumSquares';

/** Arguments are byte addresses, counts and flags; see the kernels themselves. */
export type WasmExports = Readonly<
  Record<Exported | 'update', (...args: readonly number[]) => number>
>;

/** What WebAssembly.Memory is to us. */
export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
  /** By pages of 64 KiB; throws RangeError when there are no more. */
  grow(pages: number): number;
}

export interface WasmModule {
  readonly memory: WasmMemory;
  readonly exports: WasmExports;
}
