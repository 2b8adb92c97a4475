import { BATCH_NORM, type BatchNorm, type Kernel } from '../../backend.ts';
import { own, ownWeight } from './tensors.ts';

export function batchNorm(terms: BatchNorm): Kernel {
  const x = own(terms.x);
  const y = own(terms.y);
  const γ = ownWeight(terms.gamma);
  const β = ownWeight(terms.beta);
  const runningMean = ownWeight(terms.runningMean).value;
  const runningVariance = ownWeight(terms.runningVariance).value;
  const C = x.C;
  const N = x.T * x.B;
  const normal = new Float64Array(x.value.length);
  /** 1 / √(σ² + ε) by channel. */
  const inverse = new Float64Array(C);

  /** μ and σ² of channel c in this batch. */
  function moments(c: number): { mean: number; variance: number } {
    let mean = 0;
    for (let i = c; i < x.value.length; i += C) mean += x.value[i] / N;
    let variance = 0;
    for (let i = c; i < x.value.length; i += C) variance += (x.value[i] - mean) ** 2 / N;
    return { mean, variance };
  }

  /** Moves the running numbers towards those of the batch. */
  function follow(c: number, mean: number, variance: number): void {
    const unbiased = (variance * N) / Math.max(1, N - 1);
    runningMean[c] += BATCH_NORM.momentum * (mean - runningMean[c]);
    runningVariance[c] += BATCH_NORM.momentum * (unbiased - runningVariance[c]);
  }

  return {
    forward: () => {
      for (let c = 0; c < C; c++) {
        const running = { mean: runningMean[c], variance: runningVariance[c] };
        const { mean, variance } = terms.isTraining ? moments(c) : running;
        if (terms.isTraining) follow(c, mean, variance);
        inverse[c] = 1 / Math.sqrt(variance + BATCH_NORM.epsilon);
        for (let i = c; i < normal.length; i += C) {
          normal[i] = (x.value[i] - mean) * inverse[c];
          y.value[i] = γ.value[c] * normal[i] + β.value[c];
        }
      }
    },

    // With g = dy: dx = γ/√(σ² + ε) (g − 1/N Σ g − x̂ 1/N Σ g x̂), the sums only in training.
    backward: () => {
      for (let c = 0; c < C; c++) {
        let sum = 0;
        let product = 0;
        for (let i = c; i < normal.length; i += C) {
          sum += y.gradient[i];
          product += y.gradient[i] * normal[i];
        }
        β.gradient[c] += sum;
        γ.gradient[c] += product;
        if (!x.hasGradient) continue;
        const shares = terms.isTraining ? [sum / N, product / N] : [0, 0];
        for (let i = c; i < normal.length; i += C) {
          const d = y.gradient[i] - shares[0] - normal[i] * shares[1];
          x.gradient[i] += γ.value[c] * inverse[c] * d;
        }
      }
    },
  };
}
