/**
 * Record hold: a score is emitted only when it exceeds every score of the previous R rows by a
 * margin. An alarm is an emitted score from the parameter on; one that follows another closely is
 * the same burst growing, and no news.
 */
import { RECIPE, type Recipe } from '../recipe.ts';
import type { Judge } from './judge.ts';

type AlarmRecipe = Recipe['alarm'];

/** Below this a record is noise among noise and needs no margin. */
const MARGIN_FROM = 0.5;

/** Rows and scores of falling records, in a circle: the first is the maximum of the window. */
export interface RecordHold {
  row: number;
  readonly rows: Float64Array;
  readonly scores: Float64Array;
  first: number;
  size: number;
}

export function createRecordHold({ holdRows }: AlarmRecipe = RECIPE.alarm): RecordHold {
  // More than the rows that can be waiting.
  const room = 2 ** Math.ceil(Math.log2(holdRows + 2));
  const [rows, scores] = [new Float64Array(room), new Float64Array(room)];
  return { row: 0, rows, scores, first: 0, size: 0 };
}

/** The score if it is a record, else 0. */
export function hold(
  state: RecordHold,
  score: number,
  { holdRows, holdMargin }: AlarmRecipe = RECIPE.alarm,
): number {
  const { rows, scores } = state;
  const room = rows.length;
  const row = state.row++;
  if (state.size > 0 && rows[state.first] < row - holdRows) {
    state.first = (state.first + 1) % room;
    state.size--;
  }
  const record = state.size === 0 ? -Infinity : scores[state.first];
  const emitted = score > record + (record > MARGIN_FROM ? holdMargin : 0);
  while (state.size > 0 && scores[(state.first + state.size - 1) % room] <= score) state.size--;
  const last = (state.first + state.size++) % room;
  rows[last] = row;
  scores[last] = score;
  return emitted ? score : 0;
}

export interface BurstHold extends RecordHold {
  threshold: number;
  /** Row of the last record that reached the threshold. */
  loudRow: number;
}

export function createBurstHold(threshold: number, recipe: AlarmRecipe = RECIPE.alarm): BurstHold {
  return { ...createRecordHold(recipe), threshold, loudRow: -recipe.burstRows - 1 };
}

/** The score if it is a record and news, else 0. */
export function holdBurst(
  state: BurstHold,
  score: number,
  recipe: AlarmRecipe = RECIPE.alarm,
): number {
  const { row, threshold, loudRow } = state;
  const emitted = hold(state, score, recipe);
  if (emitted < threshold) return emitted;
  state.loudRow = row;
  return row - loudRow <= recipe.burstRows ? 0 : emitted;
}

/** The training rows are no records: nobody was to be told of them. */
export const recordHold = (recipe: AlarmRecipe): Judge<BurstHold> => ({
  defaultParameter: 2.8,
  strict: 4.5,
  lax: 0.5,
  mergeRows: recipe.holdRows,
  begin: (parameter) => createBurstHold(parameter, recipe),
  judge: (state, score) => holdBurst(state, score, recipe) >= state.threshold,
});
