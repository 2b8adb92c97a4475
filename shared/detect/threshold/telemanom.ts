/**
 * The dynamic threshold of NASA's telemanom (Hundman et al. 2018), over the last 2100 scores:
 *
 *   ε = μ + zσ, z ∈ {2.5, 3, …, 11.5} maximising (Δμ/μ + Δσ/σ)/(|E_seq|² + |e_a|)
 *
 * Δ: what leaving out the scores above ε changes; e_a those scores, E_seq their runs. Pruning: an
 * alarm must also exceed the highest score below ε by the share p, the parameter.
 */
import { createRing, push, type Ring } from '../../window/ring.ts';
import { BURST_ROWS, type Judge } from './judge.ts';

const HISTORY_ROWS = 2100;
const BATCH_ROWS = 300;
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
  if (++state.seen % BATCH_ROWS !== 0) return;
  const { epsilon, below } = bestEpsilon(state.past);
  state.threshold = Math.max(epsilon, below / (1 - state.prune));
}

interface Moments {
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
  readonly mean: number;
  readonly deviation: number;
}

/** Scores that any ε may leave out, and which of the scores they are, oldest first. */
const high = { values: new Float64Array(HISTORY_ROWS), rows: new Int32Array(HISTORY_ROWS), n: 0 };

/** ε, and the highest score that is not above it. `past` holds whole batches. */
function bestEpsilon(past: Ring): { epsilon: number; below: number } {
  const moments = momentsOf(past);
  const { mean, deviation } = moments;
  let dropped = takeHigh(past, mean + Z_MIN * deviation);
  let [epsilon, below, most] = [mean + Z_MAX * deviation, -Infinity, -Infinity];
  for (let z = Z_MIN; z <= Z_MAX && high.n > 0; z += Z_STEP) {
    const tried = mean + z * deviation;
    dropped = Math.max(dropped, keepAbove(tried));
    const score = worth(moments);
    if (score <= most) continue;
    [epsilon, below, most] = [tried, dropped, score];
  }
  return { epsilon, below: Math.max(below, most === -Infinity ? dropped : below) };
}

function momentsOf({ values, size: n }: Ring): Moments {
  // Two sums of each kind: an addition need not wait for the one before.
  let s0 = 0;
  let s1 = 0;
  let q0 = 0;
  let q1 = 0;
  for (let i = 0; i < n; i += 2) {
    const a = values[i];
    const b = values[i + 1];
    s0 += a;
    s1 += b;
    q0 += a * a;
    q1 += b * b;
  }
  const sum = s0 + s1;
  const squares = q0 + q1;
  const mean = sum / n;
  const deviation = Math.sqrt(Math.max(squares / n - mean * mean, 1e-18));
  return { n, sum, squares, mean, deviation };
}

/** Fills `high` with the scores above `lowest`; answers the highest of the others. */
function takeHigh({ values, size, next }: Ring, lowest: number): number {
  const { values: found, rows } = high;
  let count = 0;
  let below = -Infinity;
  for (let age = 0; age < size; age += BATCH_ROWS) {
    const from = size < values.length ? age : (next + age) % size;
    for (let i = 0; i < BATCH_ROWS; i++) {
      const value = values[from + i];
      if (value > lowest) {
        found[count] = value;
        rows[count++] = age + i;
      } else if (value > below) below = value;
    }
  }
  high.n = count;
  return below;
}

/** Leaves in `high` what is above; answers the highest of the others. */
function keepAbove(epsilon: number): number {
  const { values, rows, n } = high;
  let dropped = -Infinity;
  let kept = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i];
    if (value <= epsilon) {
      if (value > dropped) dropped = value;
      continue;
    }
    values[kept] = value;
    rows[kept++] = rows[i];
  }
  high.n = kept;
  return dropped;
}

/** What leaving out `high` gains for what it costs. */
function worth({ n, sum, squares, mean, deviation }: Moments): number {
  const { values, rows, n: count } = high;
  if (count === 0 || count === n) return -Infinity;
  let runs = 0;
  let s = sum;
  let q = squares;
  for (let i = 0; i < count; i++) {
    if (i === 0 || rows[i] !== rows[i - 1] + 1) runs++;
    s -= values[i];
    q -= values[i] * values[i];
  }
  const rest = s / (n - count);
  const restDeviation = Math.sqrt(Math.max(q / (n - count) - rest * rest, 0));
  const gain = (mean - rest) / Math.abs(mean || 1) + (deviation - restDeviation) / deviation;
  return gain / (runs ** 2 + count);
}
