/** When does a channel stand still? Equal values in a row, far more than it ever rested before. */

/** So many times the longest rest before. */
const RESTS = 10;

export interface FlatRule {
  /** Equal values that are a flat line at least. */
  readonly rowsMin: number;
  /** A flat line that is over counts as a rest, so that what comes every night is told once. */
  readonly learnsRests: boolean;
}

/** Plain data. */
export interface FlatState {
  last: number;
  /** Time of the first of the equal values. */
  since: number;
  run: number;
  /** Longest rest; 0 before the channel has moved. */
  longest: number;
  isFlat: boolean;
}

export interface FlatLine {
  readonly start: number;
  readonly value: number;
}

export function createFlat(): FlatState {
  return { last: NaN, since: NaN, run: 0, longest: 0, isFlat: false };
}

/** One value, no NaN; answers the flat line that is over with it. */
export function followFlat(
  state: FlatState,
  { rowsMin, learnsRests }: FlatRule,
  t: number,
  x: number,
): FlatLine | null {
  if (x === state.last) {
    state.run++;
    const isLong = state.run >= Math.max(rowsMin, RESTS * state.longest);
    if (state.longest > 0 && isLong) state.isFlat = true;
    return null;
  }
  const over = flatLine(state);
  if (!over || learnsRests) state.longest = Math.max(state.longest, state.run);
  Object.assign(state, { last: x, since: t, run: 1, isFlat: false });
  return over;
}

/** The one that goes on. */
export function flatLine({ isFlat, since, last }: FlatState): FlatLine | null {
  return isFlat ? { start: since, value: last } : null;
}
