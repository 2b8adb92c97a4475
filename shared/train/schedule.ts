/**
 * Learning rates by step. All but `one-cycle` may begin with a warm-up, a straight line; then
 *
 *   constant      η
 *   step          η γ^⌊s/every⌋
 *   exponential   η γ^s
 *   cosine        ½ η (1 + cos(π s/S))                      (Loshchilov and Hutter 2017)
 *   plateau       η γ^n after n times `patience` epochs without a better validation
 *   one-cycle     torch's OneCycleLR (Smith 2018): from η/25 up to η over the first tenth, then
 *                 down to η/250 000, both along half a cosine; Adam's β₁ goes from 0.95 to 0.85
 *                 and back against it
 *
 * with s counted from the end of the warm-up and S the steps left after it.
 */
export type ScheduleSpec = { readonly warmUpSteps?: number } & (
  | { readonly name: 'constant' | 'cosine' | 'one-cycle' }
  | { readonly name: 'step'; readonly every: number; readonly factor: number }
  | { readonly name: 'exponential'; readonly factor: number }
  | { readonly name: 'plateau'; readonly patience: number; readonly factor: number }
);

export interface ScheduleStep {
  readonly learningRate: number;
  /** β₁ of Adam where the schedule moves it. */
  readonly momentum?: number;
}

/** What a plateau schedule remembers; plain data. */
export interface ScheduleState {
  best: number;
  worse: number;
  /** Times the rate was lowered. */
  drops: number;
}

export function createScheduleState(): ScheduleState {
  return { best: Infinity, worse: 0, drops: 0 };
}

const WARM_UP_SHARE = 0.1;
const START_DIVISOR = 25;
const END_DIVISOR = 1e4;
const MOMENTUM_HIGH = 0.95;
const MOMENTUM_LOW = 0.85;

/** `step` counts from 0 to stepsTotal − 1. */
export function scheduled(
  spec: ScheduleSpec,
  step: number,
  stepsTotal: number,
  rateMax: number,
  state: ScheduleState,
): ScheduleStep {
  if (spec.name === 'one-cycle') return oneCycle(step, stepsTotal, rateMax);
  const { warmUpSteps = 0 } = spec;
  if (step < warmUpSteps) return { learningRate: (rateMax * (step + 1)) / warmUpSteps };
  const s = step - warmUpSteps;
  switch (spec.name) {
    case 'constant':
      return { learningRate: rateMax };
    case 'step':
      return { learningRate: rateMax * spec.factor ** Math.floor(s / spec.every) };
    case 'exponential':
      return { learningRate: rateMax * spec.factor ** s };
    case 'cosine':
      return { learningRate: cosine(rateMax, 0, s / Math.max(1, stepsTotal - warmUpSteps)) };
    case 'plateau':
      return { learningRate: rateMax * spec.factor ** state.drops };
  }
}

/** Tells a plateau schedule the validation loss of an epoch; others do not care. */
export function noteValidation(spec: ScheduleSpec, state: ScheduleState, loss: number): void {
  if (spec.name !== 'plateau') return;
  if (loss < state.best) {
    state.best = loss;
    state.worse = 0;
  } else if (++state.worse > spec.patience) {
    state.worse = 0;
    state.drops++;
  }
}

function oneCycle(step: number, stepsTotal: number, rateMax: number): ScheduleStep {
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
