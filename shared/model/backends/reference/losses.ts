import type { CrossEntropyTerms, GaussianTerms, Loss, PointwiseTerms } from '../../backend.ts';
import { pointwiseLosses } from '../../losses/pointwise.ts';
import { own } from './tensors.ts';

/** Keeps what each forward pass answers until somebody takes it. */
function keeping(forward: () => number, backward: () => void): Loss {
  const kept: number[] = [];
  return {
    forward: () => void kept.push(forward()),
    backward,
    take: () => kept.splice(0),
  };
}

export function pointwise({ name, ...terms }: PointwiseTerms): Loss {
  const ℓ = pointwiseLosses[name];
  const y = own(terms.output);
  const target = own(terms.target).value;
  const w = own(terms.weight).value;
  const parameter = (i: number): number => terms.parameters[i % terms.parameters.length];
  return keeping(
    () => {
      let sum = 0;
      for (let i = 0; i < w.length; i++) {
        sum += w[i] * ℓ.value(y.value[i] - target[i], parameter(i));
      }
      return sum;
    },
    () => {
      for (let i = 0; i < w.length; i++) {
        y.gradient[i] += w[i] * ℓ.derivative(y.value[i] - target[i], parameter(i));
      }
    },
  );
}

export function gaussian(terms: GaussianTerms): Loss {
  const y = own(terms.output);
  const target = own(terms.target).value;
  const w = own(terms.weight).value;
  const K = terms.target.C;
  const eachTerm = (visit: (i: number, μ: number, s: number) => void): void => {
    for (let i = 0; i < w.length; i++) {
      const row = Math.floor(i / K) * 2 * K + (i % K);
      visit(i, row, row + K);
    }
  };
  return keeping(
    () => {
      let sum = 0;
      eachTerm((i, μ, s) => {
        const e = target[i] - y.value[μ];
        sum += w[i] * 0.5 * (y.value[s] + e * e * Math.exp(-y.value[s]));
      });
      return sum;
    },
    () => {
      eachTerm((i, μ, s) => {
        const e = target[i] - y.value[μ];
        const precision = Math.exp(-y.value[s]);
        y.gradient[μ] -= w[i] * e * precision;
        y.gradient[s] += w[i] * 0.5 * (1 - e * e * precision);
      });
    },
  );
}

export function crossEntropy(terms: CrossEntropyTerms): Loss {
  const y = own(terms.output);
  const a = own(terms.coefficients).value;
  const C = y.C;
  return keeping(
    () => {
      let sum = 0;
      for (let row = 0; row < a.length; row += C) {
        const scores = y.value.subarray(row, row + C);
        const total = logSumExp(scores);
        for (let c = 0; c < C; c++) sum -= a[row + c] * (scores[c] - total);
      }
      return sum;
    },
    () => {
      for (let row = 0; row < a.length; row += C) {
        const scores = y.value.subarray(row, row + C);
        const total = logSumExp(scores);
        let all = 0;
        for (let c = 0; c < C; c++) all += a[row + c];
        for (let c = 0; c < C; c++) {
          y.gradient[row + c] += all * Math.exp(scores[c] - total) - a[row + c];
        }
      }
    },
  );
}

/** ln Σ e^s, the largest taken off first, against overflow. */
function logSumExp(scores: Float64Array): number {
  const top = scores.reduce((most, s) => Math.max(most, s), -Infinity);
  return top + Math.log(scores.reduce((sum, s) => sum + Math.exp(s - top), 0));
}
