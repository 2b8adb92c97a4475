/**
 * Sums over many rows. A first drawing sums chunks side by side, a second one adds the chunks:
 * short sums keep their digits, and wide graphics cards something to do.
 */
import { layoutOf, type Layout } from './layout.ts';
import type { Memory } from './memory.ts';
import type { Program } from './program.ts';
import type { Surface } from './surface.ts';
import type { Owner } from './tensors.ts';

/** Rows that one thread sums, about. */
const CHUNK_ROWS = 512;

/** Steps of B rows each that make a chunk. */
export function stepsPerChunk(T: number, B: number): number {
  return Math.min(T, Math.max(1, Math.ceil(CHUNK_ROWS / B)));
}

/** What adds chunk sums [chunks, rows, X] to a gradient of one or more rows [rows, X]. */
export function addChunks(memory: Memory, chunks: Layout, owner: Owner): (sums: Surface) => void {
  const output = owner.value.layout;
  const program = memory.program({
    name: 'add chunks',
    textures: { old: output, sums: chunks },
    output,
    body: `
      let sum = old_at(x, y, z);
      for (let i = 0; i < ${chunks.Z}; i++) sum = plus(sum, sums_at(x, y, i));
      return sum;`,
  });
  memory.reserve(output);
  return (sums) => memory.add(owner, program, [sums]);
}

/** Adds Σ over steps and rows of dy [T, B, X], from its step `first` on, to a gradient [1, X]. */
export function rowSum(memory: Memory, dy: Layout, owner: Owner): (from: Surface) => void {
  const { X, Y: B, Z: T } = dy;
  const steps = stepsPerChunk(T, B);
  const output = layoutOf(X, 1, Math.ceil(T / steps));
  const partial = memory.surface(output);
  const program = memory.program({
    name: 'row sums',
    textures: { dy },
    output,
    body: `
      let sum = [0, 0, 0, 0];
      for (let i = 0; i < ${steps}; i++) {
        const t = z * ${steps} + i;
        if (t < ${T}) {
          for (let b = 0; b < ${B}; b++) sum = plus(sum, dy_at(x, b, t));
        }
      }
      return sum;`,
  });
  const add = addChunks(memory, output, owner);
  return (from) => {
    memory.run(program, [partial], [from]);
    add(partial);
  };
}

/** Threads of the first drawing of a total. */
const TOTAL_THREADS = 64;

/** The sum of all numbers, or of their squares, of a tensor into the first number of a texel. */
export class Total {
  private readonly memory: Memory;
  private readonly partial: Surface;
  private readonly first: Program;
  private readonly second: Program;

  constructor(memory: Memory, of: Layout, term: 'value' | 'square', result: Layout) {
    this.memory = memory;
    const texels = of.X * of.Y * of.Z;
    const threads = Math.min(TOTAL_THREADS, texels);
    const output = layoutOf(1, threads, 1);
    const lanes = `${term === 'value' ? 'a' : 'times(a, a)'}`;
    this.partial = memory.surface(output);
    this.first = memory.program({
      name: `partial ${term}s`,
      textures: { of },
      output,
      body: `
        let sum = [0, 0, 0, 0];
        for (let i = 0; i < ${Math.ceil(texels / threads)}; i++) {
          const n = i * ${threads} + y;
          if (n < ${texels}) {
            const a = of_nth(n);
            sum = plus(sum, ${lanes});
          }
        }
        return sum;`,
    });
    this.second = memory.program({
      name: 'total',
      textures: { sums: output },
      output: { ...result, Z: 1 },
      body: `
        let sum = sums_at(0, 0, 0);
        for (let i = 1; i < ${threads}; i++) sum = plus(sum, sums_at(0, i, 0));
        return [sum[0] + sum[1] + sum[2] + sum[3], 0, 0, 0];`,
    });
  }

  /** Into step z of the result. */
  run(from: Surface, result: Surface, z: number): void {
    this.memory.run(this.first, [this.partial], [from]);
    this.memory.run(this.second, [result], [this.partial], [], z);
  }
}
