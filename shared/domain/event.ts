/** A stretch of time in which a stream left its normal behaviour. */

export type Severity = 'low' | 'medium' | 'high';

/**
 * What an event looks like in its first channel. `unusual`: none of the others, the values are
 * ordinary but do not follow each other as they used to.
 */
export const EVENT_KINDS = [
  'spike',
  'level-shift',
  'drift',
  'variance',
  'flat',
  'gap',
  'frequency',
  'correlation',
  'unusual',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** A value beyond the range by less than this share of its width lies on its end. */
const EDGE_SHARE = 0.002;

/** −1 below the range expected, 1 above; 0 inside, or where it is not known. */
export function sideOf(value: number, low: number, high: number): -1 | 0 | 1 {
  const edge = EDGE_SHARE * (high - low);
  if (value < low - edge) return -1;
  return value > high + edge ? 1 : 0;
}

/** A channel's part in an event, with what was seen and expected where it differed most. */
export interface ChannelShare {
  readonly name: string;
  /** 0..1; the shares of an event sum to 1. */
  readonly share: number;
  readonly observed: number;
  readonly expectedLow: number;
  readonly expectedHigh: number;
  /** True when the channel left its own normal; false: it stayed normal throughout. */
  readonly stoodOut: boolean;
  /** It only counts up: all figures are of its increments from row to row. */
  readonly counts?: boolean;
}

/** What tells the kind, before and during the event. */
export interface Evidence {
  /**
   * Median in the channel's unit (level shift, drift, flat, gap; of a spike what three quarters of
   * its rows reached), standard deviation (variance), swings per row (frequency), correlation with
   * `partner` (correlation).
   */
  readonly before: number;
  readonly during: number;
  /** The channel that the first one used to follow; only of a broken correlation. */
  readonly partner?: string;
}

export interface AnomalyEvent {
  /** ms. */
  readonly start: number;
  readonly end: number;
  readonly peakTime: number;
  readonly peakScore: number;
  readonly severity: Severity;
  readonly kind: EventKind;
  readonly evidence: Evidence;
  /** Strongest first. */
  readonly channels: readonly ChannelShare[];
  /** True when the score had too little history behind it to reach its full scale. */
  readonly provisional: boolean;
}

/** An event as stored: JSON writes NaN as null, and former versions told no kind. */
export function reviveEvent(stored: AnomalyEvent): AnomalyEvent {
  const number = (value: number | null | undefined): number => value ?? NaN;
  const channels = stored.channels.map((channel) => ({
    ...channel,
    observed: number(channel.observed),
    expectedLow: number(channel.expectedLow),
    expectedHigh: number(channel.expectedHigh),
    stoodOut: channel.stoodOut ?? true,
  }));
  const { kind = 'unusual', evidence } = stored as Partial<AnomalyEvent>;
  const before = number(evidence?.before);
  const during = number(evidence?.during);
  return { ...stored, kind, channels, evidence: { ...evidence, before, during } };
}
