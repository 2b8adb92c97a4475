/**
 * Alarms against a normal range, for any score whose first rows are that range:
 *
 *   s > k · q99(training) · √max(1, median of the last 5000 / median of training)
 *
 * The root gives way, slowly, to a machine whose normal has grown. k is the parameter. One score in
 * 25 stands for its neighbours in the running median.
 */
import { quantile, quantileSorted } from '../../math/stats.ts';
import { createSortedWindow, insert, type SortedWindow } from '../../window/sorted-window.ts';
import { BURST_ROWS, type Judge } from './judge.ts';

const QUANTILE = 0.99;
/** The first rows of training are left out: windows and state still fill. */
const SETTLED_ROW = 50;
const SAMPLE_EVERY = 25;
const SAMPLES = 200;
const TINY = 1e-12;

interface State {
  threshold: number;
  readonly high: number;
  readonly usual: number;
  readonly past: SortedWindow;
  seen: number;
}

export const trainingRange: Judge<State> = {
  defaultParameter: 1.4,
  strict: 8,
  lax: 0.5,
  mergeRows: BURST_ROWS,
  begin: (parameter, training) => {
    const settled = training.subarray(Math.min(SETTLED_ROW, training.length >> 1));
    const known = settled.length > 0 ? settled : Float64Array.of(1);
    const high = parameter * quantile(known, QUANTILE);
    const usual = Math.max(quantile(known, 0.5), TINY);
    const state = { threshold: high, high, usual, past: createSortedWindow(SAMPLES), seen: 0 };
    for (const score of training) follow(state, score);
    return state;
  },
  judge: (state, score) => {
    const isAlarm = score > state.threshold;
    follow(state, score);
    return isAlarm;
  },
};

/** Keeps the running median that raises the threshold of a machine whose normal has grown. */
function follow(state: State, score: number): void {
  if (state.seen++ % SAMPLE_EVERY !== 0) return;
  insert(state.past, score);
  const { arrival, sorted } = state.past;
  const median = quantileSorted(sorted.subarray(0, arrival.size), 0.5);
  state.threshold = state.high * Math.sqrt(Math.max(1, median / state.usual));
}
