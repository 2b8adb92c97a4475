/** Plain statistics over arrays of finite numbers. */

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Population standard deviation around the given mean. */
export function standardDeviation(values: ArrayLike<number>, around: number): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - around) ** 2;
  return Math.sqrt(squares / values.length);
}

/** Quantile 0..1 of ascending values, linear between neighbours (NumPy's default). */
export function quantileSorted(sorted: ArrayLike<number>, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** Quantile of values in any order; the array is left as it is. */
export function quantile(values: Float64Array, q: number): number {
  return quantileSorted(values.slice().sort(), q);
}

/**
 * The quantile of the first n values in any order, as `quantile` answers it. Only those above it
 * are sorted, so that q near 1 takes one pass.
 */
export function highQuantile(values: ArrayLike<number>, q: number, n = values.length): number {
  const below = Math.floor(q * (n - 1));
  // The highest values, ascending: the last n − below of the sorted ones.
  const highest = new Float64Array(n - below).fill(-Infinity);
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (!(value > highest[0])) continue;
    let at = 1;
    for (; at < highest.length && highest[at] < value; at++) highest[at - 1] = highest[at];
    highest[at - 1] = value;
  }
  const above = Math.min(1, highest.length - 1);
  return highest[0] + (q * (n - 1) - below) * (highest[above] - highest[0]);
}

/** First index from `from` on whose value is ≥ v among ascending values. */
export function lowerBound(
  sorted: ArrayLike<number>,
  v: number,
  length = sorted.length,
  from = 0,
): number {
  let low = from;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < v) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** First index whose value is > v among ascending values. */
export function upperBound(sorted: ArrayLike<number>, v: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= v) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * −log10 of the two-sided tail of a standard normal at z. Exact by the complementary error function
 * (Numerical Recipes' Chebyshev fit, relative error below 1.2e-7); linear in z² far out.
 */
export function gaussTailScore(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const exponent =
    -1.26551223 +
    t *
      (1.00002368 +
        t *
          (0.37409196 +
            t *
              (0.09678418 +
                t *
                  (-0.18628806 +
                    t *
                      (0.27886807 +
                        t *
                          (-1.13520398 +
                            t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  return -(Math.log(t) - x * x + exponent) / Math.LN10;
}
