/**
 * The kernels that every network is written over. A backend owns memory and how the kernels run;
 * the equations stand with each kernel here, and `backends/reference` judges the others.
 *
 * A kernel is made once for its tensors and then run again and again: `forward` overwrites its
 * outputs, `backward` adds to the gradients of its inputs and weights what flows back from the
 * gradients of its outputs. Data cross as float64 arrays in the layouts named here, whatever a
 * backend keeps inside.
 */
import type { CellName } from './cells/cell.ts';
import type { OptimiserRule, UpdateOptions } from './optimisers/rule.ts';

/** A sequence of T steps of B rows of C numbers, [T, B, C]; a plain batch has T = 1. */
export interface Sequence {
  readonly T: number;
  readonly B: number;
  readonly C: number;
  /** False for data: nothing flows back into it. */
  readonly hasGradient: boolean;
}

/** A learnt tensor in PyTorch's shape and layout, with its gradient. */
export interface Weight {
  readonly shape: readonly number[];
  /** G: equal blocks along the first dimension, as the gates of a recurrent cell. */
  readonly gates: number;
}

export interface Kernel {
  forward(): void;
  backward(): void;
}

/** y_n = W x_n + b. x [T, B, D], W [K, D], b [K], y [T, B, K]. */
export interface Affine {
  readonly x: Sequence;
  readonly weight: Weight;
  readonly bias: Weight | null;
  readonly y: Sequence;
}

/** PyTorch's parameters of one recurrent layer: G gates stacked along the rows. */
export interface CellWeights {
  /** W_ih [G·H, D] */
  readonly weightIh: Weight;
  /** W_hh [G·H, H] */
  readonly weightHh: Weight;
  /** b_ih [G·H] */
  readonly biasIh: Weight;
  /** b_hh [G·H] */
  readonly biasHh: Weight;
}

/** States between two steps, [1, B, H] each; c is null for cells without memory. */
export interface CellState {
  readonly h: Sequence;
  readonly c: Sequence | null;
}

/** h_t = cell(x_t, h_{t−1}) over all steps; the equations stand in `cells/`. */
export interface Recurrent {
  readonly cell: CellName;
  /** [T, B, D] */
  readonly x: Sequence;
  readonly weights: CellWeights;
  /** Zero when null. */
  readonly initial: CellState | null;
  /** h_1..T in the order of time [T, B, H]. */
  readonly h: Sequence;
  /** After the last step that was read; null when nobody asks. */
  readonly final: CellState | null;
  /** True reads from the last step to the first. */
  readonly isReversed: boolean;
}

/** y_t = b + Σ_j W_j x_{t·stride + j − padding}. x [T, B, D], W [K, D, width], y [T', B, K]. */
export interface Convolution {
  readonly x: Sequence;
  readonly weight: Weight;
  readonly bias: Weight;
  readonly y: Sequence;
  readonly stride: number;
  /** Zeros before and after the sequence. */
  readonly padding: number;
}

/**
 * Additive attention (Bahdanau et al. 2015):
 * s_t = v·tanh(k_t + q), α = softmax over t of s, y = Σ_t α_t m_t.
 */
export interface Attention {
  /** k [T, B, A] */
  readonly keys: Sequence;
  /** q [1, B, A]; none when null. */
  readonly query: Sequence | null;
  /** v [A] */
  readonly v: Weight;
  /** m [T, B, H] */
  readonly memory: Sequence;
  /** [1, B, H] */
  readonly y: Sequence;
}

/**
 * Batch normalisation (Ioffe and Szegedy 2015) of each channel over all N = T·B rows:
 * x̂ = (x − μ) / √(σ² + ε), y = γ x̂ + β.
 *
 * In training μ and σ² = 1/N Σ (x − μ)² are those of the batch, and the running ones follow as in
 * torch.nn.BatchNorm1d: r ← r + m (s − r), s being μ and σ² N / (N − 1). Otherwise μ and σ² are the
 * running ones, and nothing but x, γ and β gets a gradient.
 */
export interface BatchNorm {
  readonly x: Sequence;
  /** γ [C] */
  readonly gamma: Weight;
  /** β [C] */
  readonly beta: Weight;
  /** [C]; no gradient flows here. */
  readonly runningMean: Weight;
  /** [C]; no gradient flows here. */
  readonly runningVariance: Weight;
  readonly y: Sequence;
  readonly isTraining: boolean;
}

/** PyTorch's ε and m of batch normalisation. */
export const BATCH_NORM = { epsilon: 1e-5, momentum: 0.1 } as const;

export type Activation = 'tanh' | 'relu';
export type PointwiseName = 'mse' | 'mae' | 'huber' | 'quantile';

/** L = Σ w·ℓ(output − target); the ℓ stand in `losses/pointwise.ts`. All [T, B, C]. */
export interface PointwiseTerms {
  readonly name: PointwiseName;
  readonly output: Sequence;
  readonly target: Sequence;
  /** w: 0 where nothing counts, else usually 1 / count. */
  readonly weight: Sequence;
  /** δ of Huber; τ of the quantile loss by column, [C]. */
  readonly parameters: readonly number[];
}

/**
 * Gaussian negative log-likelihood (Nix and Weigend 1994):
 * L = Σ w·½(s + (y − μ)² e^{−s}).
 * output [T, B, 2K] holds μ, then s = ln σ²; target and weight [T, B, K].
 */
export interface GaussianTerms {
  readonly output: Sequence;
  readonly target: Sequence;
  readonly weight: Sequence;
}

/**
 * L = −Σ a·ln softmax(output); a holds one-hot targets, smoothing and class weights (see
 * `losses/cross-entropy.ts`). All [T, B, C].
 */
export interface CrossEntropyTerms {
  readonly output: Sequence;
  /** a */
  readonly coefficients: Sequence;
}

export interface Loss extends Kernel {
  /** L of every forward pass since the last take, in order. */
  take(): number[];
}

export interface Optimiser {
  /** One update of all weights by their gradients. */
  update(options: UpdateOptions): void;
  /** ‖g‖ of all weights before clipping, at the last update that clipped by norm; else 0. */
  norm(): number;
  /** m and v of every weight in PyTorch's layout, and the updates done. */
  save(): OptimiserState;
  load(state: OptimiserState): void;
}

export interface OptimiserState {
  readonly updates: number;
  readonly m: readonly Float64Array[];
  readonly v: readonly Float64Array[];
}

export interface Backend {
  readonly name: string;
  /** Zeros. */
  sequence(T: number, B: number, C: number, hasGradient?: boolean): Sequence;
  /** Zeros. */
  weight(shape: readonly number[], gates?: number): Weight;
  /** Values row-major in the tensor's shape. */
  write(tensor: Sequence | Weight, values: ArrayLike<number>): void;
  read(tensor: Sequence | Weight, part?: 'value' | 'gradient'): Float64Array;
  /** Before a backward pass: all gradients are zero. */
  clearGradients(): void;

  affine(terms: Affine): Kernel;
  recurrent(terms: Recurrent): Kernel;
  convolution(terms: Convolution): Kernel;
  attention(terms: Attention): Kernel;
  batchNorm(terms: BatchNorm): Kernel;
  activation(name: Activation, x: Sequence, y: Sequence): Kernel;
  /** y = Σ parts, all of one shape. */
  add(parts: readonly Sequence[], y: Sequence): Kernel;
  /** y = x ⊙ factor; nothing flows back into the factor. */
  multiply(x: Sequence, factor: Sequence, y: Sequence): Kernel;
  /** y_t = [parts of step t beside each other]. */
  concat(parts: readonly Sequence[], y: Sequence): Kernel;
  /** y = steps first..first + y.T − 1 of x. */
  slice(x: Sequence, first: number, y: Sequence): Kernel;
  /** y = the steps of all parts one after the other. */
  stack(parts: readonly Sequence[], y: Sequence): Kernel;
  /** y = 1/T Σ_t x_t, [1, B, C]. */
  mean(x: Sequence, y: Sequence): Kernel;
  /** y = max over t of x_t, [1, B, C]; the gradient flows to the first step that had it. */
  max(x: Sequence, y: Sequence): Kernel;

  pointwise(terms: PointwiseTerms): Loss;
  gaussian(terms: GaussianTerms): Loss;
  crossEntropy(terms: CrossEntropyTerms): Loss;

  optimiser(weights: readonly Weight[], rule: OptimiserRule): Optimiser;
  /** Frees what is not memory of this language: threads, textures. */
  dispose(): void;
}
