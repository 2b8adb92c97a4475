/**
 * Alarms against a normal range, for any score whose first rows are that range:
 *
 *   s > b = k · q99(training) · √max(1, median of the last 5000 / median of training)
 *
 * The root gives way, slowly, to a machine whose normal has grown. k is the parameter. One score in
 * 25 stands for its neighbours in the running median.
 *
 * What has been told three times in 5000 rows is known: from then on a burst of alarms must exceed
 * the third highest of them by a tenth, though never more than half again b. Within a burst b
 * counts.
 */
import { quantile, quantileSorted } from '../../math/stats.ts';
import { createSortedWindow, insert, type SortedWindow } from '../../window/sorted-window.ts';
import type { Recipe } from '../recipe.ts';
import { BURST_ROWS, type Judge } from './judge.ts';

type AlarmRecipe = Recipe['alarm'];

const QUANTILE = 0.99;
/** The first rows of training are left out: windows and state still fill. */
const SETTLED_ROW = 50;
const SAMPLE_EVERY = 25;
const SAMPLES = 200;
const TINY = 1e-12;
const KNOWN_ROWS = SAMPLE_EVERY * SAMPLES;
const KNOWN_MARGIN = 1.1;
const KNOWN_MAX = 1.5;

interface Burst {
  lastRow: number;
  peak: number;
}

interface State {
  threshold: number;
  readonly high: number;
  readonly usual: number;
  /** b */
  base: number;
  readonly past: SortedWindow;
  seen: number;
  row: number;
  /** Told lately, oldest first; the last one may go on. */
  bursts: Burst[];
  /** Last row that would still belong to the last burst. */
  burstEnd: number;
  /** What a burst must exceed to be news; 0 while little has been told. */
  known: number;
  /** Row from which `known` is to be looked at again. */
  renewAt: number;
}

export const trainingRange = (recipe: AlarmRecipe): Judge<State> => ({
  defaultParameter: 1.45,
  strict: 8,
  lax: 0.5,
  mergeRows: BURST_ROWS,
  begin: (parameter, training) => {
    const settled = training.subarray(Math.min(SETTLED_ROW, training.length >> 1));
    const known = settled.length > 0 ? settled : Float64Array.of(1);
    const high = parameter * quantile(known, QUANTILE);
    const usual = Math.max(quantile(known, 0.5), TINY);
    const state: State = {
      ...{ threshold: high, high, usual, base: high },
      ...{ past: createSortedWindow(SAMPLES), seen: 0, row: 0, bursts: [], burstEnd: -1 },
      ...{ known: 0, renewAt: Infinity },
    };
    for (const score of training) follow(state, score, recipe);
    state.threshold = state.base;
    return state;
  },
  judge: (state, score) => {
    const isAlarm = score > state.threshold;
    if (isAlarm) tell(state, score);
    follow(state, score, recipe);
    if (++state.row >= state.renewAt) renewKnown(state, recipe);
    const { base, known, row, burstEnd } = state;
    const isNews = known > base && row > burstEnd;
    state.threshold = isNews ? Math.min(known, KNOWN_MAX * base) : base;
    return isAlarm;
  },
});

/** Keeps the running median that raises the threshold of a machine whose normal has grown. */
function follow(state: State, score: number, { gives }: AlarmRecipe): void {
  if (!gives || state.seen++ % SAMPLE_EVERY !== 0) return;
  insert(state.past, score);
  const { arrival, sorted } = state.past;
  const median = quantileSorted(sorted.subarray(0, arrival.size), 0.5);
  state.base = state.high * Math.sqrt(Math.max(1, median / state.usual));
}

function tell(state: State, score: number): void {
  const { bursts, row } = state;
  if (row <= state.burstEnd) {
    const last = bursts[bursts.length - 1];
    last.lastRow = row;
    last.peak = Math.max(last.peak, score);
  } else {
    bursts.push({ lastRow: row, peak: score });
  }
  state.burstEnd = row + BURST_ROWS;
  state.renewAt = state.burstEnd + 1;
}

/** Once a burst is over, and when the oldest one is forgotten. */
function renewKnown(state: State, { knownAfter }: AlarmRecipe): void {
  state.bursts = state.bursts.filter(({ lastRow }) => state.row - lastRow <= KNOWN_ROWS);
  const peaks = state.bursts.map(({ peak }) => peak).sort((a, b) => b - a);
  state.known = KNOWN_MARGIN * (peaks[knownAfter - 1] ?? 0);
  state.renewAt = peaks.length > 0 ? state.bursts[0].lastRow + KNOWN_ROWS + 1 : Infinity;
}
