/** The threshold that people's verdicts speak for. Pure. */
import type { ThresholdSpec, ThresholdTrial } from '../../../shared/domain/threshold.ts';

type Tried = Pick<ThresholdTrial, 'spec' | 'events' | 'added'>;

/**
 * Of what was tried, in the order of the parameter: that which misses the fewest confirmed events,
 * then keeps the fewest false alarms, then adds the fewest alarms; of several as good side by
 * side the middle one, as far from a change to the worse as can be. null: nothing was tried.
 */
export function thresholdByVerdicts(tried: readonly Tried[]): ThresholdSpec | null {
  if (tried.length === 0) return null;
  const costs = tried.map(costOf);
  const best = costs.toSorted(compare)[0];
  const isBest = costs.map((cost) => compare(cost, best) === 0);
  let [first, last] = [0, -1];
  for (let i = 0; i < isBest.length; i++) {
    if (!isBest[i]) continue;
    let end = i;
    while (isBest[end + 1]) end++;
    if (end - i > last - first) [first, last] = [i, end];
    i = end;
  }
  return tried[(first + last) >> 1].spec;
}

/** Confirmed events missed, false alarms kept, alarms added. */
function costOf({ events, added }: Tried): readonly number[] {
  const missed = events.filter(({ verdict, isKept }) => verdict === 'confirmed' && !isKept);
  const spurious = events.filter(({ verdict, isKept }) => verdict === 'dismissed' && isKept);
  return [missed.length, spurious.length, added];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at] - b[at];
}
