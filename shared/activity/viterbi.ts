/**
 * The likeliest sequence of activities behind the probabilities of single windows (Viterbi 1967):
 *
 *   δ_0(c) = ln p_0(c),   δ_t(c) = ln p_t(c) + max over b of (δ_{t−1}(b) + ln A_bc)
 *
 * A [C, C]: probability of going from b to c from one window to the next.
 */

/** Nothing is ruled out by a single window. */
const PROBABILITY_MIN = 1e-6;

/** ln A with one probability to stay and the rest shared by all others. [C, C], row-major. */
export function stayTransitions(classes: number, stay: number): Float64Array {
  const leave = classes > 1 ? Math.log((1 - stay) / (classes - 1)) : -Infinity;
  const logA = new Float64Array(classes * classes).fill(leave);
  for (let c = 0; c < classes; c++) logA[c * classes + c] = Math.log(stay);
  return logA;
}

/** `probabilities` [n, C]; the class of every window. */
export function viterbi(
  probabilities: Float64Array,
  classes: number,
  logTransitions: Float64Array,
): Uint16Array {
  const n = probabilities.length / classes;
  const path = new Uint16Array(n);
  if (n === 0) return path;
  const from = new Uint16Array(n * classes);
  let δ = new Float64Array(classes);
  let next = new Float64Array(classes);
  for (let c = 0; c < classes; c++) δ[c] = logOf(probabilities[c]);
  for (let t = 1; t < n; t++) {
    const best = from.subarray(t * classes, (t + 1) * classes);
    step(δ, probabilities, t * classes, logTransitions, next, best);
    [δ, next] = [next, δ];
  }
  path[n - 1] = δ.indexOf(Math.max(...δ));
  for (let t = n - 1; t > 0; t--) path[t - 1] = from[t * classes + path[t]];
  return path;
}

export function logOf(p: number): number {
  return Math.log(p + PROBABILITY_MIN);
}

/** Windows whose answers may still change as more come in. */
export const OPEN_WINDOWS = 240;

/** The forward pass so far; plain data. */
export interface ViterbiState {
  /** δ of the last window [C]; empty before the first. */
  δ: Float64Array;
  /** Best class before each class, of the last windows, oldest first, [≤ OPEN_WINDOWS][C]. */
  readonly from: Uint16Array[];
}

export function createViterbiState(): ViterbiState {
  return { δ: new Float64Array(0), from: [] };
}

/** Takes the next window in. */
export function followViterbi(
  state: ViterbiState,
  probabilities: ArrayLike<number>,
  logTransitions: Float64Array,
): void {
  const C = probabilities.length;
  const next = new Float64Array(C);
  const from = new Uint16Array(C);
  if (state.δ.length === 0) {
    for (let c = 0; c < C; c++) next[c] = logOf(probabilities[c]);
  } else step(state.δ, probabilities, 0, logTransitions, next, from);
  state.δ = next;
  state.from.push(from);
  if (state.from.length > OPEN_WINDOWS) state.from.shift();
}

/** The likeliest classes of the open windows by what is known now, oldest first. */
export function openPath(state: ViterbiState, end = likeliestEnd(state)): Uint16Array {
  const { from } = state;
  const path = new Uint16Array(from.length);
  if (from.length === 0) return path;
  path[path.length - 1] = end;
  for (let t = path.length - 1; t > 0; t--) path[t - 1] = from[t][path[t]];
  return path;
}

function likeliestEnd({ δ }: ViterbiState): number {
  return δ.indexOf(Math.max(...δ));
}

/**
 * Where the path ends for answers that cannot wait: in another class than the one `said` last, it
 * pays for the way back too. Once it is over, a stray stretch pays for two changes; while it lasts
 * it would pay for one, and be believed too easily.
 *
 *   argmax over c of δ_t(c) + ln A_c,said,   nothing to pay where c = said
 */
export function cautiousEnd(
  state: ViterbiState,
  logTransitions: Float64Array,
  said: number | null,
): number {
  if (said === null) return likeliestEnd(state);
  const C = state.δ.length;
  const totals = state.δ.map((total, c) => {
    return c === said ? total : total + logTransitions[c * C + said];
  });
  return totals.indexOf(Math.max(...totals));
}

/** δ_t and the best classes before, from δ_{t−1} and p_t at an offset. */
function step(
  δ: Float64Array,
  probabilities: ArrayLike<number>,
  at: number,
  logTransitions: Float64Array,
  next: Float64Array,
  from: Uint16Array,
): void {
  const C = δ.length;
  for (let c = 0; c < C; c++) {
    let best = 0;
    let most = -Infinity;
    for (let b = 0; b < C; b++) {
      const total = δ[b] + logTransitions[b * C + c];
      if (total > most) [most, best] = [total, b];
    }
    from[c] = best;
    next[c] = most + logOf(probabilities[at + c]);
  }
}

/**
 * ln A with what labels say of the order of activities: of all ways to leave an activity, those
 * seen more often are likelier, as if each had been seen `prior` times beforehand.
 */
export function learntTransitions(
  orders: readonly ArrayLike<number>[],
  classes: number,
  stay: number,
  prior: number,
): Float64Array {
  const logA = stayTransitions(classes, stay);
  const counts = new Float64Array(classes * classes).fill(prior);
  for (const order of orders) {
    for (let t = 1; t < order.length; t++) counts[order[t - 1] * classes + order[t]]++;
  }
  for (let b = 0; b < classes; b++) {
    let total = 0;
    for (let c = 0; c < classes; c++) total += c === b ? 0 : counts[b * classes + c];
    for (let c = 0; c < classes; c++) {
      if (c !== b) logA[b * classes + c] = Math.log(((1 - stay) * counts[b * classes + c]) / total);
    }
  }
  return logA;
}
