/**
 * The sequence-level kernels that every network is written over. A backend owns how they run; the
 * equations stand with the reference implementation, which judges the others.
 *
 * All arrays are row-major Float64Array. Sequences are time-major, [T, B, ·], so that the rows of
 * one step lie together.
 */

/** PyTorch's GRU parameters of one layer: gates in the order r, z, n, stacked along the rows. */
export interface GruWeights {
  /** W_ih [3H, D] */
  readonly weightIh: Float64Array;
  /** W_hh [3H, H] */
  readonly weightHh: Float64Array;
  /** b_ih [3H] */
  readonly biasIh: Float64Array;
  /** b_hh [3H] */
  readonly biasHh: Float64Array;
}

/** What the forward pass of a GRU keeps for its backward pass. */
export interface GruTape {
  /** Hidden states [T+1, B, H]; the first is the initial state. */
  readonly h: Float64Array;
  /** Gates r, z, n [T, B, 3H]. */
  readonly gates: Float64Array;
  /** W_hn h + b_hn before the reset gate [T, B, H]. */
  readonly reset: Float64Array;
}

export interface GruShape {
  readonly T: number;
  readonly B: number;
  readonly D: number;
  readonly H: number;
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
  /** Runs T steps from tape.h[0]; fills the tape. x [T, B, D]. */
  gruForward(x: Float64Array, weights: GruWeights, tape: GruTape, shape: GruShape): void;
  /** Adds to the gradients of the weights; dh [T, B, H] is ∂L/∂h_1..T from above. */
  gruBackward(
    x: Float64Array,
    weights: GruWeights,
    tape: GruTape,
    dh: Float64Array,
    gradients: GruWeights,
    shape: GruShape,
  ): void;
}
