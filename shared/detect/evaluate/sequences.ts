/** Whole sequences: did an alarm meet the labelled one? */

export interface SequenceCounts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
}

type Sequence = readonly [first: number, last: number];

/**
 * SMAP and MSL (Hundman et al. 2018): a predicted sequence without a labelled row is a false
 * positive; else the first labelled sequence it overlaps is found, or all of them with full credit.
 */
export function scoreSequences(
  labelled: readonly Sequence[],
  predicted: readonly Sequence[],
  fullCredit = false,
): SequenceCounts {
  const found = new Set<number>();
  let fp = 0;
  for (const [a, b] of predicted) {
    const met = labelled.flatMap(([start, end], i) => (a <= end && b >= start ? [i] : []));
    if (met.length === 0) fp++;
    for (const i of fullCredit ? met : met.slice(0, 1)) found.add(i);
  }
  return { tp: found.size, fp, fn: labelled.length - found.size };
}

export function sequenceRates(parts: readonly SequenceCounts[]): {
  precision: number;
  recall: number;
  f1: number;
} {
  const sum = (key: keyof SequenceCounts): number => parts.reduce((s, part) => s + part[key], 0);
  const [tp, fp, fn] = [sum('tp'), sum('fp'), sum('fn')];
  const precision = tp + fp > 0 ? tp / (tp + fp) : 0;
  const recall = tp + fn > 0 ? tp / (tp + fn) : 0;
  const f1 = precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
  return { precision, recall, f1 };
}

/** The UCR archive (KDD 2021): the highest score behind the training rows lies near the anomaly. */
export function isUcrHit(scores: Float64Array, trainEnd: number, [begin, end]: Sequence): boolean {
  let highest = trainEnd;
  for (let i = trainEnd; i < scores.length; i++) if (scores[i] > scores[highest]) highest = i;
  const reach = Math.max(100, end - begin + 1);
  return highest > begin - reach && highest < end + reach;
}
