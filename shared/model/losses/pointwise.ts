/**
 * Pointwise losses on a residual e = ŷ − y, as PyTorch defines them (before the mean).
 *
 *   MSE          e²                                       d = 2e
 *   MAE          |e|                                      d = sign e
 *   Huber(δ)     ½e² for |e| ≤ δ, else δ(|e| − ½δ)        d = clip(e, −δ, δ)       (Huber 1964)
 *   quantile(τ)  −τe for e < 0, else (1 − τ)e              d = −τ or 1 − τ
 */
import type { PointwiseName } from '../backend.ts';

export interface PointwiseLoss {
  /** `parameter` is δ or τ. */
  value(e: number, parameter: number): number;
  derivative(e: number, parameter: number): number;
}

export const pointwiseLosses: Record<PointwiseName, PointwiseLoss> = {
  mse: { value: (e) => e * e, derivative: (e) => 2 * e },
  mae: { value: Math.abs, derivative: Math.sign },
  huber: {
    value: (e, δ) => (Math.abs(e) <= δ ? 0.5 * e * e : δ * (Math.abs(e) - 0.5 * δ)),
    derivative: (e, δ) => Math.max(-δ, Math.min(δ, e)),
  },
  quantile: {
    value: (e, τ) => (e < 0 ? -τ * e : (1 - τ) * e),
    derivative: (e, τ) => (e < 0 ? -τ : e > 0 ? 1 - τ : 0),
  },
};
