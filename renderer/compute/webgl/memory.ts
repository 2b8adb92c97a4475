/** The surfaces of one backend, and drawing that adds to a gradient. */
import type { Graphics } from './graphics.ts';
import type { Layout } from './layout.ts';
import type { KernelSource, Program } from './program.ts';
import type { Surface } from './surface.ts';
import type { Owner } from './tensors.ts';

export class Memory {
  readonly graphics: Graphics;
  private readonly surfaces = new Set<Surface>();
  /** One by layout: where the next sum of that shape goes. */
  private readonly spares = new Map<string, Surface>();

  constructor(graphics: Graphics) {
    this.graphics = graphics;
  }

  /** Zeros. */
  surface(layout: Layout): Surface {
    const surface = this.graphics.surface(layout);
    this.surfaces.add(surface);
    return surface;
  }

  program(source: KernelSource): Program {
    return this.graphics.program(source);
  }

  run(
    program: Program,
    outputs: readonly Surface[],
    textures: readonly Surface[],
    numbers?: readonly number[],
    z?: number,
  ): void {
    this.graphics.run(program, outputs, textures, numbers, z);
  }

  /**
   * Draws the owner's next gradient from its last one, the first texture the program reads. No
   * texture may be read and drawn at once, so the two change places.
   */
  add(owner: Owner, program: Program, textures: readonly Surface[], numbers?: readonly number[]) {
    const { gradient } = owner;
    const key = keyOf(gradient.layout);
    const next = this.spares.get(key) ?? this.surface(gradient.layout);
    this.run(program, [next], [gradient, ...textures], numbers);
    this.spares.set(key, gradient);
    owner.gradient = next;
  }

  /** Makes the spare that `add` will want, so that the first step makes no texture. */
  reserve(layout: Layout): void {
    const key = keyOf(layout);
    if (!this.spares.has(key)) this.spares.set(key, this.surface(layout));
  }

  dispose(): void {
    this.graphics.free(this.surfaces);
    this.surfaces.clear();
    this.spares.clear();
  }
}

const keyOf = ({ X, Y, Z, fold }: Layout): string => `${X} ${Y} ${Z} ${fold}`;
