/** The last rows of a stream as the forecaster needs them: times and values, NaN where missing. */
import { ago, createRing, push, type Ring } from '../window/ring.ts';

export interface History {
  readonly t: Ring;
  /** One ring per channel. */
  readonly x: readonly Ring[];
}

export function createHistory(channels: number, rowsMax: number): History {
  return {
    t: createRing(rowsMax),
    x: Array.from({ length: channels }, () => createRing(rowsMax)),
  };
}

export function remember(history: History, t: number, values: Float64Array): void {
  push(history.t, t);
  history.x.forEach((ring, channel) => push(ring, values[channel]));
}

/**
 * Values of the rows from `oldest` to `newest` ago, both counted, oldest first; a missing one
 * repeats the last one seen, NaN where there is none.
 */
export function heldValues(ring: Ring, oldest: number, newest: number): Float64Array {
  const values = new Float64Array(Math.max(0, oldest - newest + 1));
  let back = oldest;
  while (back + 1 < ring.size && Number.isNaN(ago(ring, back))) back++;
  let held = ago(ring, back);
  for (let i = 0; i < values.length; i++) {
    const value = ago(ring, oldest - i);
    if (!Number.isNaN(value)) held = value;
    values[i] = held;
  }
  return values;
}
