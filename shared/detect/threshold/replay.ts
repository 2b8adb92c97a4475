/**
 * A threshold over stored scores, without the model: what would have alarmed, how often, and which
 * parameter gives as many alarms a day as somebody wants.
 */
import type { AlarmRate, ThresholdMethod, ThresholdSpec } from '../../domain/threshold.ts';
import { JUDGES } from './threshold.ts';

const DAY_MS = 86_400_000;
/** Halvings of the parameter's range. */
const HALVINGS = 18;

/** Rows of the alarms, ascending. NaN scores are passed over. */
export function replayThreshold(
  { method, parameter }: ThresholdSpec,
  scores: Float64Array,
  training: Float64Array = new Float64Array(0),
): Uint32Array {
  const { begin, judge } = JUDGES[method];
  const state = begin(parameter, training);
  const rows: number[] = [];
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row];
    // Only a number equals itself.
    if (score === score && judge(state, score)) rows.push(row);
  }
  return Uint32Array.from(rows);
}

/** An alarm that goes on for so many merge lengths is told again. */
const REMIND = 10;

/** Rows of the alarms as they are told: those close behind another are the same, for a while. */
export function toldAlarms(method: ThresholdMethod, rows: ArrayLike<number>): number[] {
  const { mergeRows } = JUDGES[method];
  const told: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    const isNew = i === 0 || rows[i] - rows[i - 1] > mergeRows;
    if (!isNew && rows[i] - told[told.length - 1] <= REMIND * mergeRows) continue;
    told.push(rows[i]);
  }
  return told;
}

/** How many alarms are told. */
export function countAlarms(method: ThresholdMethod, rows: ArrayLike<number>): number {
  return toldAlarms(method, rows).length;
}

/** What a setting gives over these scores; `periodMs` between rows. */
export function alarmRate(
  spec: ThresholdSpec,
  promised: number,
  scores: Float64Array,
  periodMs: number,
  training?: Float64Array,
): AlarmRate {
  const alarms = countAlarms(spec.method, replayThreshold(spec, scores, training));
  const days = (scores.length * periodMs) / DAY_MS;
  return { promised, realised: alarms / days, alarms, days };
}

/**
 * The parameter with which the method would have given at most `alarmsPerDay` over these scores:
 * the laxest such, by halving its range on a logarithmic scale.
 */
export function tuneThreshold(
  method: ThresholdMethod,
  alarmsPerDay: number,
  scores: Float64Array,
  periodMs: number,
  training?: Float64Array,
): ThresholdSpec {
  const { strict, lax } = JUDGES[method];
  const wanted = (alarmsPerDay * scores.length * periodMs) / DAY_MS;
  const gives = (parameter: number): number =>
    countAlarms(method, replayThreshold({ method, parameter }, scores, training));
  let [low, high] = [Math.log(strict), Math.log(lax)];
  if (gives(lax) <= wanted) return { method, parameter: lax };
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (gives(Math.exp(middle)) <= wanted) low = middle;
    else high = middle;
  }
  return { method, parameter: Math.exp(low) };
}
