/** Memory in float32, sixteen bytes aligned, handed out from one end and from what came back. */
import type { WasmMemory } from './module.ts';

const PAGE_BYTES = 65_536;
const ALIGNMENT = 16;
/** The kernels' own tables lie below. */
const START = PAGE_BYTES;

export class Arena {
  private readonly memory: WasmMemory;
  private end = START;
  /** Addresses that were given back, by their bytes. */
  private readonly spare = new Map<number, number[]>();
  private view: Float32Array;

  constructor(memory: WasmMemory) {
    this.memory = memory;
    this.view = new Float32Array(memory.buffer);
  }

  /** Byte address of so many floats, all zero. Throws RangeError when memory is out. */
  floats(count: number): number {
    const bytes = bytesOf(count);
    const again = this.spare.get(bytes)?.pop();
    if (again !== undefined) {
      this.at(again, count).fill(0);
      return again;
    }
    const address = this.end;
    const end = address + bytes;
    const missing = end - this.view.byteLength;
    if (missing > 0) this.grow(missing, end);
    this.end = end;
    return address;
  }

  /** Addresses of so many arrays of floats. */
  several(arrays: number, count: number): number[] {
    return Array.from({ length: arrays }, () => this.floats(count));
  }

  /** Takes back what `floats` handed out for so many. */
  giveBack(address: number, count: number): void {
    const bytes = bytesOf(count);
    const spare = this.spare.get(bytes) ?? [];
    spare.push(address);
    this.spare.set(bytes, spare);
  }

  /** The floats at a byte address. */
  at(address: number, count: number): Float32Array {
    return this.view.subarray(address / 4, address / 4 + count);
  }

  /** The float64 numbers at a byte address. */
  doublesAt(address: number, count: number): Float64Array {
    return new Float64Array(this.view.buffer, address, count);
  }

  private grow(missing: number, total: number): void {
    try {
      this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    } catch {
      const megabytes = Math.ceil(total / 1e6);
      throw new RangeError(
        `The training needs ${megabytes} MB or more, which this machine does not give; choose ` +
          'fewer channels, a smaller batch or shorter windows.',
      );
    }
    this.view = new Float32Array(this.memory.buffer);
  }
}

function bytesOf(floats: number): number {
  return Math.ceil((4 * floats) / ALIGNMENT) * ALIGNMENT;
}
