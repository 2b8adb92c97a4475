/**
 * Record hold: a score is emitted only when it exceeds every score of the previous R rows by a
 * margin. A burst becomes one alarm, without a threshold having to be known.
 */
const ROWS = 200;
const MARGIN = 0.03;
/** Below this a record is noise among noise and needs no margin. */
const MARGIN_FROM = 0.5;

/** Rows and scores of falling records: the first is the maximum of the window. */
export interface RecordHold {
  row: number;
  readonly rows: number[];
  readonly scores: number[];
}

export const HOLD_ROWS = ROWS;

export function createRecordHold(): RecordHold {
  return { row: 0, rows: [], scores: [] };
}

/** The score if it is a record, else 0. */
export function hold(state: RecordHold, score: number): number {
  const { rows, scores } = state;
  const row = state.row++;
  while (rows.length > 0 && rows[0] < row - ROWS) {
    rows.shift();
    scores.shift();
  }
  const record = scores.length === 0 ? -Infinity : scores[0];
  const emitted = score > record + (record > MARGIN_FROM ? MARGIN : 0);
  while (scores.length > 0 && scores[scores.length - 1] <= score) {
    rows.pop();
    scores.pop();
  }
  rows.push(row);
  scores.push(score);
  return emitted ? score : 0;
}
