/** The methods by name, and one of them at work. */
import type { DetectionMode } from '../../domain/model.ts';
import type { ThresholdMethod, ThresholdSpec } from '../../domain/threshold.ts';
import { RECIPE, type Recipe } from '../recipe.ts';
import { adaptive } from './adaptive.ts';
import { fixed } from './fixed.ts';
import type { Judge, JudgeState } from './judge.ts';
import { likelihood } from './likelihood.ts';
import { recordHold } from './record-hold.ts';
import { dspot, spot } from './spot.ts';
import { telemanom } from './telemanom.ts';
import { trainingRange } from './training-range.ts';

export type Judges = Readonly<Record<ThresholdMethod, Judge>>;

export const judgesBy = (recipe: Recipe['alarm']): Judges => ({
  'record-hold': recordHold(recipe) as Judge,
  'training-range': trainingRange(recipe) as Judge,
  fixed,
  spot: spot as Judge,
  dspot: dspot as Judge,
  adaptive: adaptive as Judge,
  telemanom: telemanom as Judge,
  likelihood: likelihood as Judge,
});

export const JUDGES = judgesBy(RECIPE.alarm);

/** What each way of detecting uses unless told otherwise. */
export function defaultThreshold(mode: DetectionMode): ThresholdSpec {
  const method = mode === 'stream' ? 'record-hold' : 'training-range';
  return { method, parameter: JUDGES[method].defaultParameter };
}

/** A threshold in force: its state is plain data. */
export class Threshold {
  readonly spec: ThresholdSpec;
  private readonly judge: Judge;
  private current: JudgeState;

  constructor(spec: ThresholdSpec, training: Float64Array, judges = JUDGES) {
    this.spec = spec;
    this.judge = judges[spec.method];
    this.current = this.judge.begin(spec.parameter, training);
  }

  /** What a score must reach by now. */
  get value(): number {
    return this.current.threshold;
  }

  get mergeRows(): number {
    return this.judge.mergeRows;
  }

  /** True when the score alarms. */
  push(score: number): boolean {
    return this.judge.judge(this.current, score);
  }

  state(): unknown {
    return this.current;
  }

  static restore(spec: ThresholdSpec, state: unknown, judges = JUDGES): Threshold {
    const threshold = new Threshold(spec, new Float64Array(0), judges);
    threshold.current = state as JudgeState;
    return threshold;
  }
}
