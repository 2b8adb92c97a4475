/** How far apart the rows of a stream usually are, from its last steps. */
import { quantileSorted } from '../../../shared/math/stats.ts';
import { clear, createRing, push, toArray, type Ring } from '../../../shared/window/ring.ts';

const STEPS = 256;
const STEPS_MIN = 8;
/** Steps between two estimates, once there are this many; before, each step is one. */
const REFIT_EVERY = STEPS;
const REFIT_ALWAYS = 64;
/** So many gaps in a row are no gaps, but another pace. */
const GAPS_IN_A_ROW = STEPS_MIN;
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
  /** Gaps since the last usual step, ms. */
  readonly gaps: number[];
}

export function createSampling(): Sampling {
  return { steps: createRing(STEPS), seen: 0, periodMs: null, gapMs: Infinity, gaps: [] };
}

/** Takes a step between two rows in, ms, above 0; true when it is a gap. */
export function takeStep(sampling: Sampling, stepMs: number): boolean {
  const { gaps } = sampling;
  if (stepMs > sampling.gapMs) {
    gaps.push(stepMs);
    if (gaps.length === GAPS_IN_A_ROW) beginAnew(sampling);
    return true;
  }
  gaps.length = 0;
  push(sampling.steps, stepMs);
  const { seen } = sampling;
  sampling.seen = seen + 1;
  const isDue = seen + 1 >= STEPS_MIN && (seen < REFIT_ALWAYS || seen % REFIT_EVERY === 0);
  if (isDue) fit(sampling);
  return false;
}

function beginAnew(sampling: Sampling): void {
  clear(sampling.steps);
  for (const gap of sampling.gaps.splice(0)) push(sampling.steps, gap);
  sampling.seen = STEPS_MIN;
  fit(sampling);
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
