/**
 * Adaptive conformal alarms (Gibbs and Candès 2021): the risk follows what came of it,
 *
 *   α_{t+1} = α_t + γ(α − err_t),   err_t = 1 for an alarm
 *
 * so that the share of alarms tends to α whatever the scores do. Frozen inside an open event, which
 * is no error of the threshold. The score that belongs to α_t is read off a tail of peaks.
 */
import { BURST_ROWS, type Judge } from './judge.ts';
import { createPeaks, tailQuantile, takeExcess, type Peaks } from './peaks.ts';

const RATE = 0.005;
const CALIBRATE_ROWS = 500;
/** The threshold is read off anew so often. */
const READ_EVERY = 32;
const RISK_MIN = 1e-9;

interface State {
  threshold: number;
  /** α */
  readonly target: number;
  /** α_t */
  risk: number;
  row: number;
  alarmRow: number;
  waiting: number[];
  peaks: Peaks | null;
}

export const adaptive: Judge<State> = {
  defaultParameter: 1e-4,
  strict: 1e-8,
  lax: 0.05,
  mergeRows: BURST_ROWS,
  begin: (target, training) => {
    const state: State = {
      ...{ threshold: Infinity, target, risk: target, row: 0, alarmRow: -Infinity },
      ...{ waiting: [], peaks: null },
    };
    if (training.length > 0) calibrate(state, training);
    return state;
  },
  judge: (state, score) => {
    const row = state.row++;
    const { peaks } = state;
    if (!peaks) {
      if (state.waiting.push(score) < CALIBRATE_ROWS) return false;
      calibrate(state, Float64Array.from(state.waiting));
      state.waiting = [];
      return false;
    }
    const isAlarm = score >= state.threshold;
    const isOpen = row - state.alarmRow <= BURST_ROWS;
    if (isAlarm) state.alarmRow = row;
    if (isOpen) return isAlarm;
    peaks.n++;
    takeExcess(peaks, score);
    const step = RATE * Math.min(1, state.target * 100);
    const risk = state.risk + step * (state.target - (isAlarm ? 1 : 0));
    state.risk = Math.min(0.5, Math.max(RISK_MIN, risk));
    if (isAlarm || row % READ_EVERY === 0) state.threshold = tailQuantile(peaks, state.risk);
    return isAlarm;
  },
};

function calibrate(state: State, values: Float64Array): void {
  state.peaks = createPeaks(values);
  state.threshold = tailQuantile(state.peaks, state.risk);
}
