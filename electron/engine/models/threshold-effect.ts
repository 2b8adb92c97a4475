/** What a threshold makes of scores, beside the events that there were. Pure. */
import {
  countAlarms,
  replayThreshold,
  toldAlarms,
} from '../../../shared/detect/threshold/replay.ts';
import type { KeptEvent } from '../../../shared/domain/kept-event.ts';
import type {
  JudgedEvent,
  ThresholdSpec,
  ThresholdTrial,
} from '../../../shared/domain/threshold.ts';

const DAY_MS = 86_400_000;
/** Of the alarms that are told one by one. */
const TIMES_MAX = 5000;

/** In time order; NaN where a row has no score. */
export interface ScoreLine {
  readonly t: Float64Array;
  readonly scores: Float64Array;
}

/** `past`: events in the order of their start. */
export function thresholdEffect(
  spec: ThresholdSpec,
  { t, scores }: ScoreLine,
  past: readonly KeptEvent[],
  periodMs: number,
): ThresholdTrial {
  const alarms = replayThreshold(spec, scores);
  const { kept, isFresh } = match(alarms.length, (i) => t[alarms[i]], past);
  const fresh = alarms.filter((_, i) => isFresh[i]);
  const events: JudgedEvent[] = past.map(({ id, start, end, triage }, i) => ({
    ...{ id, start, end, verdict: triage.verdict, isKept: kept[i] },
  }));
  const days = Math.max((scores.length * periodMs) / DAY_MS, Number.EPSILON);
  const told = toldAlarms(spec.method, alarms);
  const count = (verdict: JudgedEvent['verdict']): number =>
    events.filter((event) => event.verdict === verdict && !event.isKept).length;
  return {
    ...{ spec, events, scores: scores.length },
    before: { alarms: past.length, perDay: past.length / days },
    after: { alarms: told.length, perDay: told.length / days },
    kept: events.filter(({ isKept }) => isKept).length,
    confirmedLost: count('confirmed'),
    dismissedGone: count('dismissed'),
    added: countAlarms(spec.method, fresh),
    alarmTimes: Float64Array.from(told.slice(-TIMES_MAX), (row) => t[row]),
  };
}

/** Which events hold an alarm, and which alarms lie in no event; both are in time order. */
function match(
  alarms: number,
  timeOf: (alarm: number) => number,
  past: readonly KeptEvent[],
): { readonly kept: boolean[]; readonly isFresh: boolean[] } {
  const kept = past.map(() => false);
  const isFresh = new Array<boolean>(alarms).fill(true);
  let first = 0;
  for (let i = 0; i < alarms; i++) {
    const time = timeOf(i);
    while (first < past.length && past[first].end < time) first++;
    for (let e = first; e < past.length && past[e].start <= time; e++) {
      if (past[e].end < time) continue;
      kept[e] = true;
      isFresh[i] = false;
    }
  }
  return { kept, isFresh };
}
