/**
 * Share of rows whose largest score is where the largest coefficient is, both [N, C]; rows without
 * coefficients do not count. null when none does.
 */
export function accuracyOf(
  scores: Float64Array,
  coefficients: Float64Array,
  C: number,
): number | null {
  let right = 0;
  let counted = 0;
  for (let row = 0; row < scores.length; row += C) {
    const truth = coefficients.subarray(row, row + C);
    if (truth.every((a) => a === 0)) continue;
    counted++;
    if (largestOf(truth) === largestOf(scores.subarray(row, row + C))) right++;
  }
  return counted === 0 ? null : right / counted;
}

/** Place of the first largest number. */
export function largestOf(values: Float64Array): number {
  let place = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[place]) place = i;
  return place;
}
