/**
 * What each threshold would make of a model's stored scores, without running the model: tuned for
 * so many alarms a day on the first half, tried on the second.
 */
import { alarmRate, tuneThreshold } from '../../shared/detect/threshold/replay.ts';
import { defaultThreshold } from '../../shared/detect/threshold/threshold.ts';
import type { ModelCard } from '../../shared/domain/model.ts';
import type { AlarmRate, ThresholdMethod, ThresholdSpec } from '../../shared/domain/threshold.ts';
import type { Store } from './store/store-api.ts';

const ROWS_PER_READ = 8192;

export interface ThresholdTrial {
  readonly spec: ThresholdSpec;
  /** Over the half it was tuned on, and over the other. */
  readonly tuned: AlarmRate;
  readonly tried: AlarmRate;
}

export interface ThresholdTrials {
  readonly scores: number;
  /** The one it was learnt with; nothing is tuned. */
  readonly usual: ThresholdTrial;
  readonly trials: readonly ThresholdTrial[];
}

export async function tryThresholds(
  { read }: Pick<Store, 'read'>,
  { id, mode, thresholdSpec }: Pick<ModelCard, 'id' | 'mode' | 'thresholdSpec'>,
  periodMs: number,
  alarmsPerDay: number,
  methods: readonly ThresholdMethod[],
): Promise<ThresholdTrials> {
  const scores = await storedScores(read, id);
  const half = scores.length >> 1;
  const [first, second] = [scores.subarray(0, half), scores.subarray(half)];
  const trial = (spec: ThresholdSpec): ThresholdTrial => ({
    spec,
    tuned: alarmRate(spec, alarmsPerDay, first, periodMs),
    tried: alarmRate(spec, alarmsPerDay, second, periodMs, first),
  });
  return {
    scores: scores.length,
    usual: trial(thresholdSpec ?? defaultThreshold(mode)),
    trials: methods.map((method) => trial(tuneThreshold(method, alarmsPerDay, first, periodMs))),
  };
}

/** All scores of a model in time order; rows without one are left out. */
async function storedScores(read: Store['read'], modelId: number): Promise<Float64Array> {
  const parts: Float64Array[] = [];
  for (let after = -Infinity; ;) {
    const { t, columns } = await read['score.rows'](modelId, after, ROWS_PER_READ);
    if (t.length === 0) break;
    parts.push(columns[0].filter(Number.isFinite));
    after = t[t.length - 1];
  }
  const scores = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    scores.set(part, at);
    at += part.length;
  }
  return scores;
}
