/** Which loss a network is trained by, and its kernel. */
import type { Backend, Loss, PointwiseName, Sequence } from '../model/backend.ts';

export type LossSpec =
  | { readonly name: 'mse' | 'mae' }
  | { readonly name: 'huber'; readonly delta: number }
  /** Outputs [targets · quantiles], quantile-minor. */
  | { readonly name: 'quantile'; readonly quantiles: readonly number[] }
  /** Outputs [means, log variances]. */
  | { readonly name: 'gaussian' }
  /** Targets are coefficients, see `crossEntropyCoefficients`. */
  | { readonly name: 'cross-entropy' };

export interface LossPlace {
  readonly loss: Loss;
  readonly target: Sequence;
  /** 0 where nothing counts; null for the cross-entropy, whose coefficients weigh. */
  readonly weight: Sequence | null;
}

/** A loss over this output with its own places for targets and weights. */
export function placeLoss(backend: Backend, spec: LossSpec, output: Sequence): LossPlace {
  const { T, B, C } = output;
  const data = (columns: number): Sequence => backend.sequence(T, B, columns, false);
  if (spec.name === 'cross-entropy') {
    const target = data(C);
    const loss = backend.crossEntropy({ output, coefficients: target });
    return { loss, target, weight: null };
  }
  if (spec.name === 'gaussian') {
    const [target, weight] = [data(C / 2), data(C / 2)];
    return { loss: backend.gaussian({ output, target, weight }), target, weight };
  }
  const [target, weight] = [data(C), data(C)];
  const name: PointwiseName = spec.name;
  const parameters = parametersOf(spec, C);
  return { loss: backend.pointwise({ name, output, target, weight, parameters }), target, weight };
}

function parametersOf(spec: LossSpec, columns: number): readonly number[] {
  if (spec.name === 'huber') return [spec.delta];
  if (spec.name !== 'quantile') return [0];
  const { quantiles } = spec;
  return Array.from({ length: columns }, (_, c) => quantiles[c % quantiles.length]);
}

/**
 * Coefficients a of L = −Σ a ln softmax for classes by row, [N, C], as torch.nn.CrossEntropyLoss
 * means them: a mean over rows weighs each by its class, and smoothing ε (Szegedy et al. 2016)
 * spreads that share over all classes. A negative class does not count.
 */
export function crossEntropyCoefficients(
  classes: ArrayLike<number>,
  C: number,
  {
    smoothing = 0,
    weights = new Array<number>(C).fill(1),
    reduction = 'mean',
  }: CrossEntropyOptions = {},
): Float64Array {
  const N = classes.length;
  const a = new Float64Array(N * C);
  let total = 0;
  for (let n = 0; n < N; n++) {
    const y = classes[n];
    if (y < 0) continue;
    total += weights[y];
    for (let c = 0; c < C; c++) a[n * C + c] = (smoothing / C) * weights[c];
    a[n * C + y] += (1 - smoothing) * weights[y];
  }
  return total === 0 || reduction === 'sum' ? a : a.map((value) => value / total);
}

export interface CrossEntropyOptions {
  /** ε */
  readonly smoothing?: number;
  /** By class. */
  readonly weights?: readonly number[];
  /** Over rows; the mean unless given. */
  readonly reduction?: 'mean' | 'sum';
}
