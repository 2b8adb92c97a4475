/** The losses of many passes in one texture, so that they are read back once an epoch. */
import { layoutOf, type Layout } from './layout.ts';
import type { Memory } from './memory.ts';
import { Total } from './sums.ts';
import type { Surface } from './surface.ts';

/** Passes between two readings; more are read on the way. */
const PASSES_MAX = 1024;

export class LossTape {
  private readonly memory: Memory;
  private readonly terms: Surface;
  private readonly tape: Surface;
  private readonly total: Total;
  private passes = 0;
  private kept: number[] = [];

  /** `terms`: the layout of what each pass adds up. */
  constructor(memory: Memory, terms: Layout) {
    this.memory = memory;
    this.terms = memory.surface(terms);
    this.tape = memory.surface(layoutOf(1, 1, PASSES_MAX));
    this.total = new Total(memory, terms, 'value', this.tape.layout);
  }

  /** `draw` draws the terms of this pass. */
  add(draw: (terms: Surface) => void): void {
    if (this.passes === PASSES_MAX) this.read();
    draw(this.terms);
    this.total.run(this.terms, this.tape, this.passes++);
  }

  take(): number[] {
    this.read();
    return this.kept.splice(0);
  }

  private read(): void {
    if (this.passes === 0) return;
    const texels = this.memory.graphics.download(this.tape, this.passes);
    for (let i = 0; i < this.passes; i++) this.kept.push(texels[4 * i]);
    this.passes = 0;
  }
}
