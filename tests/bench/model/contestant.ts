/** Whoever is measured: it does a few steps when it is its turn and says how long each took. */

export interface Turn {
  /** Milliseconds of each step. */
  readonly ms: readonly number[];
  /** After the last step, to see that all do the same; null when there is none. */
  readonly loss: number | null;
}

export interface Contestant {
  readonly name: string;
  /** What it ran on, for the reader. */
  readonly note?: string;
  turn(steps: number): Promise<Turn>;
  close(): Promise<void>;
}

/** Null and a sentence when the contestant is not there. */
export type Entry =
  { readonly contestant: Contestant } | { readonly missing: string; readonly name: string };

export type Discipline = 'train' | 'step';

/** Times `step` so many times. */
export function timed(steps: number, step: () => void): number[] {
  return Array.from({ length: steps }, () => {
    const started = performance.now();
    step();
    return performance.now() - started;
  });
}
