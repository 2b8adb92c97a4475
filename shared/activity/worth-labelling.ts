/**
 * Where a label would teach most: stretches whose windows the recogniser is least sure of, by the
 * margin between its two best classes (Scheffer et al. 2001).
 */
export interface WorthLabelling {
  /** Windows, both ends inclusive. */
  readonly first: number;
  readonly last: number;
  /** Mean margin, 0..1; small is doubtful. */
  readonly margin: number;
}

/** `probabilities` [n, C]; labelled windows are passed over. At most `count`, worst first. */
export function worthLabelling(
  probabilities: Float64Array,
  classes: number,
  isLabelled: (window: number) => boolean,
  { windows, count }: { readonly windows: number; readonly count: number },
): WorthLabelling[] {
  const n = probabilities.length / classes;
  const margins = Float64Array.from({ length: n }, (_, i) =>
    marginOf(probabilities.subarray(i * classes, (i + 1) * classes)),
  );
  const stretches: WorthLabelling[] = [];
  for (let first = 0; first + windows <= n; first++) {
    const last = first + windows - 1;
    let sum = 0;
    let free = true;
    for (let i = first; i <= last && free; i++) {
      free = !isLabelled(i);
      sum += margins[i];
    }
    if (free) stretches.push({ first, last, margin: sum / windows });
  }
  stretches.sort((a, b) => a.margin - b.margin);
  const chosen: WorthLabelling[] = [];
  for (const one of stretches) {
    if (chosen.length === count) break;
    if (chosen.every(({ first, last }) => one.first > last || one.last < first)) chosen.push(one);
  }
  return chosen;
}

function marginOf(row: Float64Array): number {
  const [first = 1, second = 0] = row.slice().sort().reverse();
  return first - second;
}
