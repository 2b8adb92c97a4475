/** A stretch of time in which a stream left its normal behaviour. */

export type Severity = 'low' | 'medium' | 'high';

/** A channel's part in an event, with what was seen and expected where it differed most. */
export interface ChannelShare {
  readonly name: string;
  /** 0..1; the shares of an event sum to 1. */
  readonly share: number;
  readonly observed: number;
  readonly expectedLow: number;
  readonly expectedHigh: number;
}

export interface AnomalyEvent {
  /** ms. */
  readonly start: number;
  readonly end: number;
  readonly peakTime: number;
  readonly peakScore: number;
  readonly severity: Severity;
  /** Strongest first. */
  readonly channels: readonly ChannelShare[];
  /** True when the score had too little history behind it to reach its full scale. */
  readonly provisional: boolean;
}
