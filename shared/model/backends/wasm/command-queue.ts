/**
 * Commands for another thread, in shared memory: one thread puts, one takes, in order. Both sides
 * look again and again for a while before they sleep, as most waits are short.
 *
 * Words (float64): 0 commands put, 1 commands taken (both as int32), then a ring of commands, each
 * a kernel, a count, and its arguments.
 */
import { KERNELS, type KernelName, type WasmExports } from './module.ts';

const CAPACITY = 1 << 15;
const PUT = 0;
const TAKEN = 2;
const RING_OFFSET = 2;
const SPINS = 20_000;
/** Kernel number that ends the thread. */
const STOP = -1;

export class CommandQueue {
  readonly buffer: SharedArrayBuffer;
  private readonly counters: Int32Array;
  private readonly ring: Float64Array;
  /** Words put or taken by this side so far. */
  private at = 0;
  private commands = 0;
  /** Where the putting side last knew the ring to be empty. */
  private emptyAt = 0;

  constructor(buffer = new SharedArrayBuffer(8 * (RING_OFFSET + CAPACITY))) {
    this.buffer = buffer;
    this.counters = new Int32Array(buffer, 0, 2 * RING_OFFSET);
    this.ring = new Float64Array(buffer, 8 * RING_OFFSET);
  }

  put(kernel: KernelName, args: readonly number[]): void {
    this.write(KERNELS.indexOf(kernel), args);
  }

  stop(): void {
    this.write(STOP, []);
  }

  /** Waits until all that was put has been done. */
  drain(): void {
    const { counters, commands } = this;
    let taken = Atomics.load(counters, TAKEN);
    for (let spins = 0; spins < SPINS && taken !== commands; spins++) {
      taken = Atomics.load(counters, TAKEN);
    }
    while (taken !== commands) {
      Atomics.wait(counters, TAKEN, taken);
      taken = Atomics.load(counters, TAKEN);
    }
    this.emptyAt = this.at;
  }

  /** The other side: does what is put until it is told to stop. */
  serve(exports: WasmExports): void {
    const { counters, ring } = this;
    const args: number[] = [];
    for (;;) {
      this.awaitCommand();
      const kernel = ring[this.at % CAPACITY];
      if (kernel === STOP) return;
      args.length = ring[(this.at + 1) % CAPACITY];
      for (let i = 0; i < args.length; i++) args[i] = ring[(this.at + 2 + i) % CAPACITY];
      this.at += 2 + args.length;
      exports[KERNELS[kernel]](...args);
      this.commands++;
      Atomics.store(counters, TAKEN, this.commands);
      Atomics.notify(counters, TAKEN);
    }
  }

  private write(kernel: number, args: readonly number[]): void {
    const { ring, counters } = this;
    // What has not been done yet must not be overwritten.
    if (this.at + args.length + 2 - this.emptyAt > CAPACITY) this.drain();
    ring[this.at % CAPACITY] = kernel;
    ring[(this.at + 1) % CAPACITY] = args.length;
    for (let i = 0; i < args.length; i++) ring[(this.at + 2 + i) % CAPACITY] = args[i];
    this.at += 2 + args.length;
    this.commands++;
    Atomics.store(counters, PUT, this.commands);
    Atomics.notify(counters, PUT);
  }

  private awaitCommand(): void {
    const { counters, commands } = this;
    for (let spins = 0; spins < SPINS; spins++) {
      if (Atomics.load(counters, PUT) !== commands) return;
    }
    while (Atomics.load(counters, PUT) === commands) Atomics.wait(counters, PUT, commands);
  }
}
