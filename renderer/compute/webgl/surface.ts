/** A float texture that kernels read and draw into; GPU.js takes it for one of its own. */
import { sizeOf, type Layout } from './layout.ts';

let nextId = 1;

export class Surface {
  readonly id = nextId++;
  readonly layout: Layout;
  readonly context: WebGL2RenderingContext;
  readonly width: number;
  readonly height: number;
  // What GPU.js looks at in a texture argument.
  readonly type = 'ArrayTexture(4)';
  readonly texture: WebGLTexture;
  readonly size: readonly [number, number];
  readonly dimensions: readonly [number, number, number];

  constructor(gl: WebGL2RenderingContext, layout: Layout) {
    const { width, height } = sizeOf(layout);
    this.context = gl;
    this.layout = layout;
    this.width = width;
    this.height = height;
    this.size = [width, height];
    this.dimensions = [layout.X, layout.Y, layout.Z];
    this.texture = gl.createTexture();
    // The last unit, so that nothing a kernel has bound is disturbed.
    gl.activeTexture(gl.TEXTURE0 + 31);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA32F, width, height);
  }

  /** GPU.js asks before it draws whether somebody holds a copy: nobody does. */
  beforeMutate(): boolean {
    return false;
  }
}

/** Surfaces that are drawn together. */
export interface Frame {
  readonly surfaces: readonly Surface[];
  readonly framebuffer: WebGLFramebuffer;
}
