/** How a score becomes an alarm: methods to choose from, each with one parameter. */

export const THRESHOLD_METHODS = [
  'record-hold',
  'training-range',
  'fixed',
  'spot',
  'dspot',
  'adaptive',
  'telemanom',
  'likelihood',
] as const;
export type ThresholdMethod = (typeof THRESHOLD_METHODS)[number];

export interface ThresholdSpec {
  readonly method: ThresholdMethod;
  /** See the method; the knob *alarms per day* sets it. */
  readonly parameter: number;
}

/** When to take which, one sentence each. */
export const THRESHOLD_WORDS: Readonly<
  Record<'en' | 'zh-CN', Readonly<Record<ThresholdMethod, string>>>
> = {
  en: {
    'record-hold':
      'One alarm per burst: a score must beat all of the last 200; best for live streams.',
    'training-range':
      'Above what the normal range ever scored, giving way slowly when the machine changes.',
    fixed: 'Above one number; when you know the number.',
    spot: 'Extreme values of the past set the limit; for scores that keep their distribution.',
    dspot: 'The same around a moving mean; for scores that wander.',
    adaptive: 'Holds a share of alarms whatever the scores do; when you need a promised rate.',
    telemanom: 'The limit that parts the highest errors best, with close calls pruned (NASA).',
    likelihood: 'Recent scores against the long run; for noisy scores whose mean matters.',
  },
  'zh-CN': {
    'record-hold': '一次突发只报一次：分数超过最近 200 行才算；适合实时数据流。',
    'training-range': '高于正常范围内的分数，并随机器变化缓慢放宽。',
    fixed: '高于一个固定数值；适合已知阈值的情况。',
    spot: '由过去的极值决定界限；适合分布稳定的分数。',
    dspot: '围绕移动均值的极值界限；适合会漂移的分数。',
    adaptive: '无论分数如何变化都保持约定的报警比例。',
    telemanom: '最能分开最大误差的界限，并剪除勉强的报警（NASA）。',
    likelihood: '近期分数与长期分数相比；适合噪声大的分数。',
  },
};

/** What a setting promised and what came of it. */
export interface AlarmRate {
  /** Alarms a day. */
  readonly promised: number;
  readonly realised: number;
  readonly alarms: number;
  readonly days: number;
}

/** A past event under another threshold. */
export interface JudgedEvent {
  readonly id: number;
  /** ms. */
  readonly start: number;
  readonly end: number;
  readonly verdict: 'confirmed' | 'dismissed' | null;
  /** It would have been raised too. */
  readonly isKept: boolean;
}

/** What a change would mean for all past events. Nothing is changed by it. */
export interface ThresholdProposal {
  readonly spec: ThresholdSpec;
  readonly before: { readonly alarms: number; readonly perDay: number };
  readonly after: { readonly alarms: number; readonly perDay: number };
  readonly events: readonly JudgedEvent[];
  readonly kept: number;
  /** Confirmed incidents that would be missed. */
  readonly confirmedLost: number;
  /** False alarms that would be spared. */
  readonly dismissedGone: number;
  /** Alarms where there was no event. */
  readonly added: number;
}

/** A threshold over all stored scores of a model, beside the events that there were. */
export interface ThresholdTrial extends ThresholdProposal {
  readonly scores: number;
  /** Of the alarms as they are told, ms, ascending; the newest where there are very many. */
  readonly alarmTimes: Float64Array;
}

/** Alarms a day of one method over its parameter, from strict to lax. */
export interface ThresholdCurve {
  readonly method: ThresholdMethod;
  readonly parameters: readonly number[];
  readonly perDay: readonly number[];
}
