/** Above one number. */
import { BURST_ROWS, type Judge } from './judge.ts';

export const fixed: Judge = {
  defaultParameter: 2.8,
  strict: 20,
  lax: 0.5,
  mergeRows: BURST_ROWS,
  begin: (parameter) => ({ threshold: parameter }),
  judge: (state, score) => score >= state.threshold,
};
