/**
 * The sequence-level kernels that every network is written over. A backend owns how they run; the
 * equations stand with the cells and the reference implementation, which judges the others.
 *
 * All arrays are row-major Float64Array. Sequences are time-major, [T, B, ·], so that the rows of
 * one step lie together.
 */
import type { CellName, StateGradient, Tape } from './cells/cell.ts';

/** PyTorch's parameters of one recurrent layer: G gates stacked along the rows. */
export interface CellWeights {
  /** W_ih [G·H, D] */
  readonly weightIh: Float64Array;
  /** W_hh [G·H, H] */
  readonly weightHh: Float64Array;
  /** b_ih [G·H] */
  readonly biasIh: Float64Array;
  /** b_hh [G·H] */
  readonly biasHh: Float64Array;
}

export interface RecurrentShape {
  readonly T: number;
  readonly B: number;
  readonly D: number;
  readonly H: number;
}

/** One recurrent layer run over one sequence. */
export interface RecurrentCall {
  readonly cell: CellName;
  /** [T, B, D] */
  readonly x: Float64Array;
  readonly weights: CellWeights;
  readonly tape: Tape;
  readonly shape: RecurrentShape;
}

/** What flows back through a recurrent layer. */
export interface RecurrentGradients {
  /** ∂L/∂h_1..T from above [T, B, H]; read. */
  readonly dh: Float64Array;
  /** ∂L/∂weights; added to. */
  readonly weights: CellWeights;
  /** ∂L/∂x [T, B, D]; added to when given. */
  readonly dx?: Float64Array;
  /** ∂L/∂ of the initial state, [B, H] each; overwritten when given. */
  readonly initial?: StateGradient;
}

export interface Backend {
  readonly name: string;
  /** y[N, K] += x[N, D] Wᵀ, W [K, D]. */
  matmul(x: Float64Array, w: Float64Array, y: Float64Array, n: number, d: number, k: number): void;
  /** dx[N, D] += dy[N, K] W. */
  matmulDx(
    dy: Float64Array,
    w: Float64Array,
    dx: Float64Array,
    n: number,
    d: number,
    k: number,
  ): void;
  /** dW[K, D] += dyᵀ x. */
  matmulDw(
    dy: Float64Array,
    x: Float64Array,
    dw: Float64Array,
    n: number,
    d: number,
    k: number,
  ): void;
  /** Runs T steps from the tape's initial state; fills the tape. */
  recurrentForward(call: RecurrentCall): void;
  /** Undoes recurrentForward of the same call. */
  recurrentBackward(call: RecurrentCall, gradients: RecurrentGradients): void;
}
