/**
 * The dynamic threshold of NASA's telemanom (Hundman et al. 2018), over the last 2100 scores:
 *
 *   ε = μ + zσ, z ∈ {2.5, 3, …, 11.5} maximising (Δμ/μ + Δσ/σ)/(|E_seq|² + |e_a|)
 *
 * Δ: what leaving out the scores above ε changes; e_a those scores, E_seq their runs. Pruning: an
 * alarm must also exceed the highest score below ε by the share p, the parameter.
 */
import { createRing, push, toArray, type Ring } from '../../window/ring.ts';
import { BURST_ROWS, type Judge } from './judge.ts';

const HISTORY_ROWS = 2100;
const BATCH_ROWS = 300;
const ROWS_MIN = 200;
const [Z_MIN, Z_MAX, Z_STEP] = [2.5, 11.5, 0.5];

interface State {
  threshold: number;
  /** p */
  readonly prune: number;
  readonly past: Ring;
  seen: number;
}

export const telemanom: Judge<State> = {
  defaultParameter: 0.13,
  strict: 0.95,
  lax: 0.001,
  mergeRows: BURST_ROWS,
  begin: (prune, training) => {
    const state = { threshold: Infinity, prune, past: createRing(HISTORY_ROWS), seen: 0 };
    for (const score of training) follow(state, score);
    return state;
  },
  judge: (state, score) => {
    const isAlarm = score > state.threshold;
    follow(state, score);
    return isAlarm;
  },
};

function follow(state: State, score: number): void {
  push(state.past, score);
  if (++state.seen % BATCH_ROWS !== 0 || state.past.size < ROWS_MIN) return;
  const { epsilon, below } = bestEpsilon(toArray(state.past));
  state.threshold = Math.max(epsilon, below / (1 - state.prune));
}

/** ε, and the highest score below it. */
function bestEpsilon(values: Float64Array): { epsilon: number; below: number } {
  const n = values.length;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < n; i++) {
    sum += values[i];
    squares += values[i] * values[i];
  }
  const mean = sum / n;
  const deviation = Math.sqrt(Math.max(squares / n - mean * mean, 1e-18));
  const high: number[] = [];
  let below = -Infinity;
  const lowest = mean + Z_MIN * deviation;
  for (let i = 0; i < n; i++) {
    if (values[i] > lowest) high.push(i);
    else if (values[i] > below) below = values[i];
  }
  let best = { epsilon: mean + Z_MAX * deviation, score: -Infinity };
  for (let z = Z_MIN; z <= Z_MAX; z += Z_STEP) {
    const epsilon = mean + z * deviation;
    const score = worth(values, high, epsilon, { n, sum, squares, mean, deviation });
    if (score > best.score) best = { epsilon, score };
  }
  const highest = high.reduce(
    (most, i) => (values[i] <= best.epsilon ? Math.max(most, values[i]) : most),
    below,
  );
  return { epsilon: best.epsilon, below: highest };
}

interface Moments {
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
  readonly mean: number;
  readonly deviation: number;
}

function worth(
  values: Float64Array,
  high: readonly number[],
  epsilon: number,
  { n, sum, squares, mean, deviation }: Moments,
): number {
  let [count, runs, s, q, before] = [0, 0, sum, squares, -2];
  for (const i of high) {
    const value = values[i];
    if (value <= epsilon) continue;
    count++;
    if (i !== before + 1) runs++;
    before = i;
    s -= value;
    q -= value * value;
  }
  if (count === 0 || count === n) return -Infinity;
  const rest = s / (n - count);
  const restDeviation = Math.sqrt(Math.max(q / (n - count) - rest * rest, 0));
  const gain = (mean - rest) / Math.abs(mean || 1) + (deviation - restDeviation) / deviation;
  return gain / (runs ** 2 + count);
}
