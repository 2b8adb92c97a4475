/**
 * Record hold: a score is emitted only when it exceeds every score of the previous R rows by a
 * margin. A burst becomes one alarm, without a threshold having to be known. An alarm is an emitted
 * score from the parameter on.
 */
import type { Judge } from './judge.ts';

const ROWS = 200;
const MARGIN = 0.03;
/** Below this a record is noise among noise and needs no margin. */
const MARGIN_FROM = 0.5;

/** More than the rows that can be waiting; a power of two. */
const ROOM = 256;

/** Rows and scores of falling records, in a circle: the first is the maximum of the window. */
export interface RecordHold {
  row: number;
  readonly rows: Float64Array;
  readonly scores: Float64Array;
  first: number;
  size: number;
}

export const HOLD_ROWS = ROWS;

export function createRecordHold(): RecordHold {
  const [rows, scores] = [new Float64Array(ROOM), new Float64Array(ROOM)];
  return { row: 0, rows, scores, first: 0, size: 0 };
}

/** The score if it is a record, else 0. */
export function hold(state: RecordHold, score: number): number {
  const { rows, scores } = state;
  const row = state.row++;
  if (state.size > 0 && rows[state.first] < row - ROWS) {
    state.first = (state.first + 1) % ROOM;
    state.size--;
  }
  const record = state.size === 0 ? -Infinity : scores[state.first];
  const emitted = score > record + (record > MARGIN_FROM ? MARGIN : 0);
  while (state.size > 0 && scores[(state.first + state.size - 1) % ROOM] <= score) state.size--;
  const last = (state.first + state.size++) % ROOM;
  rows[last] = row;
  scores[last] = score;
  return emitted ? score : 0;
}

interface State extends RecordHold {
  threshold: number;
}

/** The training rows are no records: nobody was to be told of them. */
export const recordHold: Judge<State> = {
  defaultParameter: 2.8,
  strict: 4.5,
  lax: 0.5,
  mergeRows: HOLD_ROWS,
  begin: (parameter) => ({ ...createRecordHold(), threshold: parameter }),
  judge: (state, score) => hold(state, score) >= state.threshold,
};
