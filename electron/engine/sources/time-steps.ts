/** Follows the times of a recording: its period, its gaps, its steps back. */
import { CSV_LIMITS } from './csv-limits.ts';

const GAP_PERIODS = 3;

export interface TimeSteps {
  follow(t: Float64Array): void;
  readonly backward: number;
  readonly gaps: number;
  /** Median positive step of the first rows, ms; null when time never moves on. */
  readonly periodMs: number | null;
}

export function createTimeSteps(): TimeSteps {
  const first: number[] = [];
  let last = NaN;
  let backward = 0;
  let gaps = 0;
  let periodMs: number | null = null;
  const median = (): number | null => {
    const steps = first.toSorted((a, b) => a - b);
    return steps.length === 0 ? null : steps[steps.length >> 1];
  };
  return {
    follow: (t) => {
      for (const time of t) {
        const step = time - last;
        last = time;
        if (step < 0) backward++;
        if (!(step > 0)) continue;
        if (first.length < CSV_LIMITS.periodRows) {
          first.push(step);
          continue;
        }
        if (first.length === CSV_LIMITS.periodRows && periodMs === null) periodMs = median();
        if (periodMs !== null && step > GAP_PERIODS * periodMs) gaps++;
      }
    },
    get backward() {
      return backward;
    },
    get gaps() {
      const period = periodMs ?? median();
      if (period === null) return gaps;
      return gaps + first.filter((step) => step > GAP_PERIODS * period).length;
    },
    get periodMs() {
      return periodMs ?? median();
    },
  };
}
