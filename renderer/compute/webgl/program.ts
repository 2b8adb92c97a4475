/**
 * A kernel as a source string from a template, compiled by GPU.js once per shape. The source reads
 * textures through functions named after its arguments: `x_at(x, y, z)` is the texel, four numbers
 * of one row, `x_lane(c, y, z)` number c of that row, `x_nth(n)` texel n of all. Measured on
 * llvmpipe: twice as fast as texelFetch, and it spares the divisions of GPU.js's own flat index.
 * The level is given, so that no compiler unrolls a loop for the sake of a derivative.
 */
import type { GPU, IGPUKernelSettings } from 'gpu.js';
import { rowsOf, sizeOf, texelInOrder, texelOf, type Layout } from './layout.ts';
import { declare, glslOf, PRELUDE, type NativeFunction } from './prelude.ts';
import type { Frame, Surface } from './surface.ts';

export interface KernelSource {
  readonly name: string;
  /** Textures by argument name, in the order of the arguments. */
  readonly textures: Readonly<Record<string, Layout>>;
  /** Numbers by argument name, behind the textures. */
  readonly numbers?: Readonly<Record<string, 'Integer' | 'Float'>>;
  /** Outputs beside the returned one: the source calls `save_<name>(value)`. */
  readonly saves?: readonly string[];
  /** GLSL functions of its own. */
  readonly natives?: readonly NativeFunction[];
  /** Statements in the language of GPU.js, with x, y and z of the thread; returns four numbers. */
  readonly body: string;
  /** What one call draws: all of it, or one z of a larger surface. */
  readonly output: Layout;
}

/** What we touch inside GPU.js's kernel; the version is pinned for it. */
interface Internals {
  built: boolean;
  texSize: Int32Array;
  maxTexSize: Int32Array;
  framebuffer: WebGLFramebuffer;
  texture: Surface;
  mappedTextures: Surface[] | null;
  drawBuffersMap: number[];
  validateSettings(): void;
  build(...args: unknown[]): void;
}

type Run = ((...args: unknown[]) => unknown) & { readonly kernel: Internals };

export class Program {
  readonly name: string;
  private readonly gl: WebGL2RenderingContext;
  private readonly kernel: Run;
  private readonly width: number;
  private readonly height: number;
  private readonly stepRows: number;

  constructor(gpu: GPU, gl: WebGL2RenderingContext, source: KernelSource) {
    const { output } = source;
    this.gl = gl;
    this.name = source.name;
    this.width = output.X * output.fold;
    this.stepRows = rowsOf(output);
    this.height = this.stepRows * output.Z;
    this.kernel = compile(gpu, source);
    const { kernel } = this.kernel;
    const texSize = Int32Array.of(this.width, this.height);
    kernel.validateSettings = () => {
      kernel.texSize = texSize;
    };
    kernel.maxTexSize = texSize;
  }

  /** Draws into the frame, from z on. */
  run(frame: Frame, textures: readonly Surface[], numbers: readonly number[], z: number): void {
    const { gl } = this;
    const { kernel } = this.kernel;
    const [first, ...more] = frame.surfaces;
    kernel.texture = first;
    if (more.length > 0) {
      kernel.mappedTextures = more;
      kernel.drawBuffersMap = frame.surfaces.map((_, i) => gl.COLOR_ATTACHMENT0 + i);
    }
    if (!kernel.built) this.build([...textures, ...numbers]);
    kernel.framebuffer = frame.framebuffer;
    gl.viewport(0, z * this.stepRows, this.width, this.height);
    this.kernel(...textures, ...numbers);
  }

  private build(args: readonly unknown[]): void {
    const { gl } = this;
    const { kernel } = this.kernel;
    kernel.build(...args);
    // Ours is in its place; the scissor would cut what is drawn further up.
    gl.deleteFramebuffer(kernel.framebuffer);
    gl.disable(gl.SCISSOR_TEST);
  }
}

function compile(gpu: GPU, source: KernelSource): Run {
  const { textures, numbers = {}, saves = [], output } = source;
  const names = [...Object.keys(textures), ...Object.keys(numbers)];
  const text =
    `function kernel(${names.join(', ')}) {\n` +
    'const x = this.thread.x;\nconst y = this.thread.y;\nconst z = this.thread.z;\n' +
    `${source.body}\n}`;
  const own = [
    ...Object.entries(textures).flatMap(([name, layout]) => lookups(name, layout)),
    ...(source.natives ?? []),
  ].filter(({ name }) => text.includes(`${name}(`));
  const settings = {
    output: [output.X, output.Y, output.Z],
    pipeline: true,
    precision: 'single',
    tactic: 'precision',
    returnType: 'Array(4)',
    strictIntegers: true,
    fixIntegerDivisionAccuracy: false,
    argumentTypes: [
      ...Object.keys(textures).map(() => 'ArrayTexture(4)'),
      ...Object.values(numbers),
    ],
    injectedNative: PRELUDE.map(glslOf).join(''),
    nativeFunctions: [
      ...PRELUDE.map((native) => declare(native, '\n')),
      ...own.map((native) => declare(native, glslOf(native))),
    ],
  } as unknown as IGPUKernelSettings;
  if (saves.length === 0) return gpu.createKernel(text as never, settings) as unknown as Run;
  const map = Object.fromEntries(
    saves.map((name) => [name, `function save_${name}(v) { return v; }`]),
  );
  return gpu.createKernelMap(map as never, text as never, settings) as unknown as Run;
}

function lookups(name: string, layout: Layout): NativeFunction[] {
  const { width, height } = sizeOf(layout);
  const [u, v] = [1 / width, 1 / height].map((share) => share.toExponential(9));
  const texel = (at: string): string =>
    `textureLod(user_${name}, (vec2(${at}) + 0.5) * vec2(${u}, ${v}), 0.0)`;
  return [
    {
      name: `${name}_at`,
      returns: 'vec4',
      parameters: [
        ['int', 'x'],
        ['int', 'y'],
        ['int', 'z'],
      ],
      body: `return ${texel(texelOf(layout))};`,
    },
    {
      name: `${name}_lane`,
      returns: 'float',
      parameters: [
        ['int', 'c'],
        ['int', 'y'],
        ['int', 'z'],
      ],
      body: `int x = c / 4; return ${texel(texelOf(layout))}[c % 4];`,
    },
    {
      name: `${name}_nth`,
      returns: 'vec4',
      parameters: [['int', 'n']],
      body: `return ${texel(texelInOrder(layout))};`,
    },
  ];
}
