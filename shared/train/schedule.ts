/**
 * One-cycle schedule (Smith 2018) as torch.optim.lr_scheduler.OneCycleLR computes it: the rate
 * rises from max/25 to max over the first tenth, then falls to max/250 000, both along half a
 * cosine; Adam's β₁ goes the other way, from 0.95 to 0.85 and back.
 */
export interface ScheduleStep {
  readonly learningRate: number;
  readonly momentum: number;
}

const WARM_UP_SHARE = 0.1;
const START_DIVISOR = 25;
const END_DIVISOR = 1e4;
const MOMENTUM_HIGH = 0.95;
const MOMENTUM_LOW = 0.85;

/** `step` counts from 0 to stepsTotal − 1. */
export function oneCycle(step: number, stepsTotal: number, rateMax: number): ScheduleStep {
  const start = rateMax / START_DIVISOR;
  const top = WARM_UP_SHARE * stepsTotal - 1;
  if (step <= top) {
    const share = top > 0 ? step / top : 1;
    return {
      learningRate: cosine(start, rateMax, share),
      momentum: cosine(MOMENTUM_HIGH, MOMENTUM_LOW, share),
    };
  }
  const share = Math.min(1, (step - top) / Math.max(1e-12, stepsTotal - 1 - top));
  return {
    learningRate: cosine(rateMax, start / END_DIVISOR, share),
    momentum: cosine(MOMENTUM_LOW, MOMENTUM_HIGH, share),
  };
}

/** From a to b along half a cosine. */
function cosine(a: number, b: number, share: number): number {
  return b + ((a - b) / 2) * (1 + Math.cos(Math.PI * share));
}
