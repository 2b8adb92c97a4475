/** SPOT and DSPOT (Siffer et al. 2017): alarms above z_q of a tail that goes on learning. */
import { createRing, push, type Ring } from '../../window/ring.ts';
import { BURST_ROWS, type Judge } from './judge.ts';
import { createPeaks, tailQuantile, takeExcess, type Peaks } from './peaks.ts';

/** Values to calibrate on where no training is given. */
const CALIBRATE_ROWS = 500;
/** Depth of DSPOT's moving mean. */
const DEPTH_ROWS = 200;
const RANGE = { defaultParameter: 1e-4, strict: 1e-9, lax: 0.05, mergeRows: BURST_ROWS } as const;

interface State {
  threshold: number;
  /** q */
  readonly risk: number;
  /** Values until there are enough of them. */
  waiting: number[];
  peaks: Peaks | null;
}

export const spot: Judge<State> = {
  ...RANGE,
  begin: (risk, training) => {
    const state: State = { threshold: Infinity, risk, waiting: [], peaks: null };
    if (training.length > 0) calibrate(state, training);
    return state;
  },
  judge: judgeSpot,
};

function judgeSpot(state: State, score: number): boolean {
  const { peaks } = state;
  if (!peaks) {
    if (state.waiting.push(score) >= CALIBRATE_ROWS) {
      calibrate(state, Float64Array.from(state.waiting));
      state.waiting = [];
    }
    return false;
  }
  // What alarms is no part of the normal tail.
  if (score >= state.threshold) return true;
  peaks.n++;
  if (takeExcess(peaks, score)) state.threshold = tailQuantile(peaks, state.risk);
  return false;
}

function calibrate(state: State, values: Float64Array): void {
  state.peaks = createPeaks(values);
  state.threshold = tailQuantile(state.peaks, state.risk);
}

interface DriftState extends State {
  readonly inner: State;
  readonly past: Ring;
  sum: number;
}

/** The same on differences from a moving mean, which alarms do not move. */
export const dspot: Judge<DriftState> = {
  ...RANGE,
  begin: (risk, training) => {
    const state: DriftState = {
      ...{ threshold: Infinity, risk, waiting: [], peaks: null, sum: 0 },
      past: createRing(DEPTH_ROWS),
      inner: spot.begin(risk, new Float64Array(0)),
    };
    const differences = training.map((score) => {
      const difference = score - meanOf(state);
      follow(state, score);
      return difference;
    });
    if (training.length > DEPTH_ROWS) calibrate(state.inner, differences.subarray(DEPTH_ROWS));
    state.threshold = state.inner.threshold + meanOf(state);
    return state;
  },
  judge: (state, score) => {
    const isAlarm = judgeSpot(state.inner, score - meanOf(state));
    if (!isAlarm) follow(state, score);
    state.threshold = state.inner.threshold + meanOf(state);
    return isAlarm;
  },
};

function meanOf({ past, sum }: DriftState): number {
  return past.size === 0 ? 0 : sum / past.size;
}

function follow(state: DriftState, score: number): void {
  const out = push(state.past, score);
  state.sum += score - (Number.isNaN(out) ? 0 : out);
}
