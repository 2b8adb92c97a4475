/**
 * Convolution over time (torch.nn.Conv1d), a front end that shortens long sequences.
 *
 *   y_{t,k} = b_k + Σ_d Σ_j W_{k,d,j} x_{t·stride + j − padding, d}
 *
 * Written as one product: the inputs that a step sees lie side by side in a row, p_t [D·width].
 */
import type { Backend } from '../backend.ts';

export interface ConvShape {
  readonly T: number;
  readonly B: number;
  /** D: inputs per step. */
  readonly D: number;
  /** K: outputs per step. */
  readonly K: number;
  readonly width: number;
  readonly stride: number;
  /** Zeros before and after the sequence. */
  readonly padding: number;
}

/** Steps of the output. Throws RangeError when the sequence is shorter than the kernel. */
export function convSteps({ T, width, stride, padding }: ConvShape): number {
  const steps = Math.floor((T + 2 * padding - width) / stride) + 1;
  if (steps < 1) {
    throw new RangeError(
      `A sequence of ${T} steps is shorter than the kernel of ${width}; ` +
        'a longer sequence or a smaller kernel was expected.',
    );
  }
  return steps;
}

export interface ConvWeights {
  /** W [K, D, width] */
  readonly weight: Float64Array;
  /** b [K] */
  readonly bias: Float64Array;
}

export interface ConvPass {
  /** y [T', B, K] */
  readonly y: Float64Array;
  /** p [T'·B, D·width], kept for the backward pass. */
  readonly patches: Float64Array;
}

/** x [T, B, D]. */
export function convForward(
  x: Float64Array,
  { weight, bias }: ConvWeights,
  shape: ConvShape,
  backend: Backend,
): ConvPass {
  const { B, D, K, width } = shape;
  const rows = convSteps(shape) * B;
  const patches = new Float64Array(rows * D * width);
  eachPatch(shape, (from, to) => (patches[to] = x[from]));
  const y = new Float64Array(rows * K);
  for (let row = 0; row < rows; row++) y.set(bias, row * K);
  backend.matmul(patches, weight, y, rows, D * width, K);
  return { y, patches };
}

/** dy [T', B, K]; adds to the gradients, answers dx [T, B, D]. */
export function convBackward(
  { patches }: ConvPass,
  dy: Float64Array,
  { weight }: ConvWeights,
  gradients: ConvWeights,
  shape: ConvShape,
  backend: Backend,
): Float64Array {
  const { T, B, D, K, width } = shape;
  const rows = convSteps(shape) * B;
  const dPatches = new Float64Array(patches.length);
  backend.matmulDx(dy, weight, dPatches, rows, D * width, K);
  backend.matmulDw(dy, patches, gradients.weight, rows, D * width, K);
  for (let i = 0; i < dy.length; i++) gradients.bias[i % K] += dy[i];
  const dx = new Float64Array(T * B * D);
  eachPatch(shape, (from, to) => (dx[from] += dPatches[to]));
  return dx;
}

/** Every place of x that lies in a patch, with its place there. */
function eachPatch(shape: ConvShape, visit: (from: number, to: number) => void): void {
  const { T, B, D, width, stride, padding } = shape;
  const steps = convSteps(shape);
  for (let s = 0; s < steps; s++) {
    for (let b = 0; b < B; b++) {
      for (let d = 0; d < D; d++) {
        const to = ((s * B + b) * D + d) * width;
        for (let j = 0; j < width; j++) {
          const t = s * stride + j - padding;
          if (t >= 0 && t < T) visit((t * B + b) * D + d, to + j);
        }
      }
    }
  }
}
