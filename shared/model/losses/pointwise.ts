/**
 * Pointwise losses on a residual e = ŷ − y, as PyTorch defines them (before the mean).
 *
 *   MSE       e²                                    d = 2e
 *   Huber(δ)  ½e² for |e| ≤ δ, else δ(|e| − ½δ)     d = clip(e, −δ, δ)      (Huber 1964)
 */
export interface PointwiseLoss {
  value(e: number): number;
  derivative(e: number): number;
}

export const mse: PointwiseLoss = { value: (e) => e * e, derivative: (e) => 2 * e };

/** Huber with δ = 1. */
export const huber: PointwiseLoss = {
  value: (e) => (Math.abs(e) <= 1 ? 0.5 * e * e : Math.abs(e) - 0.5),
  derivative: (e) => Math.max(-1, Math.min(1, e)),
};

export const losses = { mse, huber };
export type LossName = keyof typeof losses;
