/** How far apart the rows of a stream usually are, from its last steps. */
import { quantileSorted } from '../../../shared/math/stats.ts';
import { createRing, push, toArray, type Ring } from '../../../shared/window/ring.ts';

const STEPS = 256;
const STEPS_MIN = 8;
/** Steps between two estimates, once there is one. */
const REFIT_EVERY = 64;
/** A step this much longer than usual is a gap: ten medians, and five times what one in ten is. */
const GAP_MEDIANS = 10;
const GAP_LONG_STEPS = 5;
const GAP_MS_MIN = 1000;

export interface Sampling {
  readonly steps: Ring;
  seen: number;
  /** Median step, ms; null: too few were seen. */
  periodMs: number | null;
  /** Longer steps are gaps, ms. */
  gapMs: number;
}

export function createSampling(): Sampling {
  return { steps: createRing(STEPS), seen: 0, periodMs: null, gapMs: Infinity };
}

/** Takes a step between two rows in, ms, above 0; true when it is a gap. */
export function takeStep(sampling: Sampling, stepMs: number): boolean {
  if (stepMs > sampling.gapMs) return true;
  push(sampling.steps, stepMs);
  const { seen } = sampling;
  sampling.seen = seen + 1;
  const isDue = seen + 1 >= STEPS_MIN && (seen < REFIT_EVERY || seen % REFIT_EVERY === 0);
  if (isDue) fit(sampling);
  return false;
}

function fit(sampling: Sampling): void {
  const sorted = toArray(sampling.steps).sort();
  const median = quantileSorted(sorted, 0.5);
  sampling.periodMs = median;
  sampling.gapMs = Math.max(
    GAP_MS_MIN,
    GAP_MEDIANS * median,
    GAP_LONG_STEPS * quantileSorted(sorted, 0.9),
  );
}
