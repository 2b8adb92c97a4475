/** Runs the kernels of every shard: its own at once, the others by the threads they belong to. */
import type { CommandQueue } from './command-queue.ts';
import type { KernelName, WasmExports } from './module.ts';

export class Lanes {
  private readonly exports: WasmExports;
  private readonly queues: readonly CommandQueue[];

  /** One thread more than there are queues. */
  constructor(exports: WasmExports, queues: readonly CommandQueue[]) {
    this.exports = exports;
    this.queues = queues;
  }

  /**
   * Runs a kernel on all shards. Shards of the other threads are put first, so that they work
   * while this thread does its own. Kernels of one shard run in order; shards do not wait for each
   * other before `settle`.
   */
  each(shards: number, kernel: KernelName, args: (shard: number) => readonly number[]): void {
    const threads = this.queues.length + 1;
    for (let s = 0; s < shards; s++) {
      if (s % threads > 0) this.queues[(s % threads) - 1].put(kernel, args(s));
    }
    for (let s = 0; s < shards; s += threads) this.exports[kernel](...args(s));
  }

  /** All that was begun is done. */
  settle(): void {
    for (const queue of this.queues) queue.drain();
  }
}
