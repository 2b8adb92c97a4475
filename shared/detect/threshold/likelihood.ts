/**
 * NAB's anomaly likelihood (Ahmad et al. 2017): the mean of the last 10 scores against the normal
 * distribution of the last 8000. The parameter is −log10 of the tail that alarms.
 */
import { gaussTailScore } from '../../math/stats.ts';
import { add, createRollingMean, current, type RollingMean } from '../../window/rolling-mean.ts';
import { BURST_ROWS, type Judge } from './judge.ts';

const LONG_ROWS = 8000;
const SHORT_ROWS = 10;
const ROWS_MIN = 100;
const READ_EVERY = 16;
const DEVIATION_MIN = 1e-6;

interface State {
  threshold: number;
  /** Deviations from the mean that reach the parameter. */
  readonly far: number;
  readonly short: RollingMean;
  readonly long: RollingMean;
  readonly squares: RollingMean;
}

export const likelihood: Judge<State> = {
  defaultParameter: 5,
  strict: 40,
  lax: 0.4,
  mergeRows: BURST_ROWS,
  begin: (parameter, training) => {
    const state: State = {
      threshold: Infinity,
      far: deviationsOf(parameter),
      short: createRollingMean(SHORT_ROWS),
      long: createRollingMean(LONG_ROWS),
      squares: createRollingMean(LONG_ROWS),
    };
    for (const score of training) follow(state, score);
    return state;
  },
  judge: (state, score) => {
    add(state.short, score);
    const isAlarm = current(state.short) >= state.threshold;
    followLong(state, score);
    return isAlarm;
  },
};

function follow(state: State, score: number): void {
  add(state.short, score);
  followLong(state, score);
}

function followLong(state: State, score: number): void {
  add(state.long, score);
  add(state.squares, score * score);
  if (state.long.ring.size < ROWS_MIN || state.long.ring.next % READ_EVERY !== 0) return;
  const mean = current(state.long);
  const variance = Math.max(0, current(state.squares) - mean * mean);
  state.threshold = mean + state.far * Math.max(Math.sqrt(variance), DEVIATION_MIN);
}

/** z with the tail score asked for, by halving. */
function deviationsOf(tailScore: number): number {
  let [low, high] = [0, 40];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (gaussTailScore(middle) < tailScore) low = middle;
    else high = middle;
  }
  return high;
}
