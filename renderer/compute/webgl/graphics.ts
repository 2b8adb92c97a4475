/**
 * The one graphics context of the page with the one GPU object on it, and what is counted: draws
 * and textures. Chromium kills the oldest of many contexts, so nobody makes another before this
 * one is lost.
 */
import { GPU } from 'gpu.js';
import { layoutOf, type Layout } from './layout.ts';
import { Program, type KernelSource } from './program.ts';
import { Surface, type Frame } from './surface.ts';

/** The driver took the context away: what was in it is gone, and what it answers is zeros. */
export class ContextLost extends Error {
  constructor() {
    super('The graphics context was lost.');
    this.name = 'ContextLost';
  }
}

/** Textures that one kernel draws at once, at most. */
const OUTPUTS_MAX = 8;

export class Graphics {
  readonly gl: WebGL2RenderingContext;
  /** Since the start. */
  draws = 0;
  /** Alive. */
  textures = 0;
  private gpu: GPU | null = null;
  private readonly programs = new Map<string, Program>();
  private readonly frames = new Map<string, Frame>();

  /** Null where there is no WebGL 2 that draws into as many float textures as kernels have. */
  static open(): Graphics | null {
    const canvas = new OffscreenCanvas(1, 1);
    const gl = canvas.getContext('webgl2', { alpha: false, depth: false, antialias: false });
    if (!gl?.getExtension('EXT_color_buffer_float')) return null;
    return gl.getParameter(gl.MAX_DRAW_BUFFERS) >= OUTPUTS_MAX ? new Graphics(gl) : null;
  }

  private constructor(gl: WebGL2RenderingContext) {
    this.gl = gl;
  }

  /** As the driver names itself. */
  get renderer(): string {
    const { gl } = this;
    const info = gl.getExtension('WEBGL_debug_renderer_info');
    return String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  }

  get isLost(): boolean {
    return this.gl.isContextLost();
  }

  /** Throws ContextLost; to be asked wherever something is read. */
  check(): void {
    if (this.isLost) throw new ContextLost();
  }

  /** Throws RangeError when the card had no room for what was made since the last time. */
  checkMemory(): void {
    const { gl } = this;
    for (let error = gl.getError(); error !== gl.NO_ERROR; error = gl.getError()) {
      if (error === gl.CONTEXT_LOST_WEBGL) throw new ContextLost();
      if (error !== gl.OUT_OF_MEMORY) continue;
      throw new RangeError(
        'The memory of the graphics card does not hold this training; choose smaller batches, ' +
          'shorter windows or fewer hidden units, or train on wasm.',
      );
    }
  }

  surface(layout: Layout): Surface {
    this.check();
    const surface = new Surface(this.gl, layout);
    this.textures++;
    return surface;
  }

  /** Frees the surfaces and the frames they are in. */
  free(surfaces: Iterable<Surface>): void {
    const gone = new Set(surfaces);
    for (const [key, frame] of this.frames) {
      if (!frame.surfaces.some((surface) => gone.has(surface))) continue;
      this.gl.deleteFramebuffer(frame.framebuffer);
      this.frames.delete(key);
    }
    for (const surface of gone) this.gl.deleteTexture(surface.texture);
    this.textures -= gone.size;
  }

  frame(surfaces: readonly Surface[]): Frame {
    const key = surfaces.map(({ id }) => id).join();
    let frame = this.frames.get(key);
    if (!frame) {
      frame = { surfaces, framebuffer: this.bindTogether(surfaces) };
      this.frames.set(key, frame);
    }
    return frame;
  }

  /** Compiled once for each text and shape. */
  program(source: KernelSource): Program {
    const key = JSON.stringify(source);
    let program = this.programs.get(key);
    if (!program) {
      program = new Program(this.compiler(), this.gl, source);
      this.programs.set(key, program);
    }
    return program;
  }

  /** Made when it is wanted: GPU.js tries the card out, which costs who only asks its name. */
  private compiler(): GPU {
    // GPU.js sizes its canvas after its largest texture; nothing is ever drawn on it, so a stand-in
    // spares that memory.
    const canvas = { width: 1, height: 1 } as never;
    return (this.gpu ??= new GPU({ mode: 'webgl2', context: this.gl, canvas }));
  }

  run(
    program: Program,
    outputs: readonly Surface[],
    textures: readonly Surface[],
    numbers: readonly number[] = [],
    z = 0,
  ): void {
    program.run(this.frame(outputs), textures, numbers, z);
    this.draws++;
  }

  clear(surface: Surface): void {
    const { gl } = this;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame([surface]).framebuffer);
    gl.clearBufferfv(gl.COLOR, 0, [0, 0, 0, 0]);
  }

  /** All texels in order. */
  upload(surface: Surface, numbers: Float32Array): void {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE0 + 31);
    gl.bindTexture(gl.TEXTURE_2D, surface.texture);
    const { width, height } = surface;
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RGBA, gl.FLOAT, numbers);
  }

  /** The texels of the first z steps, in order. Throws ContextLost. */
  download(surface: Surface, steps = surface.layout.Z): Float32Array {
    const { gl } = this;
    const { width, height, layout } = surface;
    const rows = (height / layout.Z) * steps;
    const numbers = new Float32Array(width * rows * 4);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame([surface]).framebuffer);
    gl.readPixels(0, 0, width, rows, gl.RGBA, gl.FLOAT, numbers);
    this.check();
    return numbers;
  }

  /**
   * Whether drawing and reading back still work: a lost context answers zeros, and may do so before
   * it says that it is lost.
   */
  isAlive(): boolean {
    if (this.isLost) return false;
    const layout = layoutOf(1, 1, 1);
    const probe = this.surface(layout);
    const one = { name: 'probe', textures: {}, body: 'return [1, 1, 1, 1];', output: layout };
    try {
      this.run(this.program(one), [probe], []);
      return this.download(probe)[0] === 1;
    } catch {
      return false;
    } finally {
      this.free([probe]);
    }
  }

  /** Resolves when the card has done all that was asked of it; lets the window in meanwhile. */
  async settled(): Promise<void> {
    const { gl } = this;
    const sync = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    if (!sync) return;
    do await breath();
    while (!this.isLost && gl.clientWaitSync(sync, 0, 0) === gl.TIMEOUT_EXPIRED);
    gl.deleteSync(sync);
  }

  private bindTogether(surfaces: readonly Surface[]): WebGLFramebuffer {
    const { gl } = this;
    const framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    const attachments = surfaces.map((surface, i) => {
      const attachment = gl.COLOR_ATTACHMENT0 + i;
      gl.framebufferTexture2D(gl.FRAMEBUFFER, attachment, gl.TEXTURE_2D, surface.texture, 0);
      return attachment;
    });
    gl.drawBuffers(attachments);
    return framebuffer;
  }
}

/** One turn of the event loop; timers would wait longer, and much longer in a hidden page. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
