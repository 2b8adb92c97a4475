/** Early stopping (Prechelt 1998): keep the weights of the best validation, stop after patience. */

/** Plain data. */
export interface EarlyStopState {
  best: number;
  worse: number;
}

export function createEarlyStopState(): EarlyStopState {
  return { best: Infinity, worse: 0 };
}

/** Notes a validation loss: true when it is the best so far. */
export function isBest(state: EarlyStopState, validation: number): boolean {
  if (validation < state.best) {
    state.best = validation;
    state.worse = 0;
    return true;
  }
  state.worse++;
  return false;
}
