/** The last rows of a stream as the forecaster needs them: times and values, missing ones held. */
import { ago, createRing, push, type Ring } from '../window/ring.ts';

export interface History {
  readonly t: Ring;
  /** One ring per channel; a missing value repeats the last one seen. */
  readonly x: readonly Ring[];
}

export function createHistory(channels: number, rowsMax: number): History {
  return {
    t: createRing(rowsMax),
    x: Array.from({ length: channels }, () => createRing(rowsMax)),
  };
}

/** Missing before anything was seen stays NaN. */
export function remember(history: History, t: number, values: Float64Array): void {
  push(history.t, t);
  history.x.forEach((ring, channel) => {
    const value = values[channel];
    const held = ring.size > 0 ? ago(ring, 0) : NaN;
    push(ring, Number.isFinite(value) ? value : held);
  });
}
