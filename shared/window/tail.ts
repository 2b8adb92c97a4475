/**
 * The last n numbers of a stream in one piece, so that a loop over them has no seam: the newest at
 * [end − 1]. They are moved to the front when the room behind them is used up. Plain data.
 */
export interface Tail {
  readonly values: Float64Array;
  readonly capacity: number;
  /** Numbers held. */
  size: number;
  end: number;
}

/** Room behind the numbers, as a share of them: a number is moved four times in all. */
const ROOM = 0.25;

export function createTail(capacity: number): Tail {
  const values = new Float64Array(capacity + Math.ceil(ROOM * capacity));
  return { values, capacity, size: 0, end: 0 };
}

export function append(tail: Tail, value: number): void {
  const { values, capacity } = tail;
  if (tail.end === values.length) {
    values.copyWithin(0, tail.end - capacity + 1, tail.end);
    tail.end = capacity - 1;
  }
  values[tail.end++] = value;
  tail.size = Math.min(tail.size + 1, capacity);
}
