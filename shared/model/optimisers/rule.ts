/**
 * Five optimisers as one update, so that a backend needs one kernel for all of them:
 *
 *   d = clip(κ g, ±c) + λ₂ θ + λ₁ sign θ        κ = min(1, c_norm / (‖g‖ + 1e-6))
 *   m ← a m + b d,   v ← p v + q d²
 *   θ ← s θ − η m / (ρ √v + ε)
 *
 *   rule      a   b      p   q      ρ             ε      η
 *   SGD       μ   1      0   0      0             1      rate
 *   Adagrad   0   1      1   1      1             1e-10  rate            Duchi et al. 2011
 *   RMSprop   0   1      α   1−α    1             1e-8   rate            Tieleman and Hinton 2012
 *   Adam(W)   β₁  1−β₁   β₂  1−β₂   1/√(1−β₂ᵗ)    1e-8   rate/(1−β₁ᵗ)    Kingma and Ba 2015
 *
 * AdamW (Loshchilov and Hutter 2019) decays by s = 1 − rate·λ instead of λ₂; elsewhere s = 1. All
 * follow torch.optim; clipping comes first, as torch.nn.utils.clip_grad_* before the step.
 */
export type OptimiserName = 'sgd' | 'adagrad' | 'rmsprop' | 'adam' | 'adamw';

export interface OptimiserRule {
  readonly name: OptimiserName;
  /** μ of SGD, 0 unless given. */
  readonly momentum?: number;
  /** α of RMSprop (0.99) or β₂ of Adam (0.999) unless given. */
  readonly smoothing?: number;
}

export interface UpdateOptions {
  readonly learningRate: number;
  /** β₁ of Adam at this update, 0.9 unless given: schedules may move it. */
  readonly momentum?: number;
  /** L2 penalty, or decoupled decay of AdamW. */
  readonly weightDecay?: number;
  /** L1 penalty. */
  readonly l1?: number;
  /** Largest ‖g‖ over all weights. */
  readonly clipNorm?: number;
  /** Largest |g| of an element, after clipping by norm. */
  readonly clipValue?: number;
}

/** The letters of the equation above. */
export interface UpdateCoefficients {
  readonly a: number;
  readonly b: number;
  readonly p: number;
  readonly q: number;
  readonly ρ: number;
  readonly ε: number;
  readonly η: number;
  readonly s: number;
  readonly λ1: number;
  readonly λ2: number;
  /** c */
  readonly clipValue: number;
}

/** Coefficients of update number t, counted from 1. */
export function updateCoefficients(
  rule: OptimiserRule,
  t: number,
  options: UpdateOptions,
): UpdateCoefficients {
  const { learningRate: rate, momentum: β1 = 0.9, weightDecay: λ = 0, l1: λ1 = 0 } = options;
  const common = { s: 1, λ1, λ2: λ, η: rate, clipValue: options.clipValue ?? Infinity };
  switch (rule.name) {
    case 'sgd':
      return { ...common, a: rule.momentum ?? 0, b: 1, p: 0, q: 0, ρ: 0, ε: 1 };
    case 'adagrad':
      return { ...common, a: 0, b: 1, p: 1, q: 1, ρ: 1, ε: 1e-10 };
    case 'rmsprop': {
      const α = rule.smoothing ?? 0.99;
      return { ...common, a: 0, b: 1, p: α, q: 1 - α, ρ: 1, ε: 1e-8 };
    }
    case 'adam':
    case 'adamw': {
      const β2 = rule.smoothing ?? 0.999;
      const moments = { a: β1, b: 1 - β1, p: β2, q: 1 - β2, ε: 1e-8 };
      const corrected = { ρ: 1 / Math.sqrt(1 - β2 ** t), η: rate / (1 - β1 ** t) };
      const decay = rule.name === 'adamw' ? { s: 1 - rate * λ, λ2: 0 } : {};
      return { ...common, ...moments, ...corrected, ...decay };
    }
  }
}

/** κ: what a gradient of this norm is scaled by. */
export function normScale(norm: number, { clipNorm }: UpdateOptions): number {
  return clipNorm === undefined ? 1 : Math.min(1, clipNorm / (norm + 1e-6));
}
