/** A live feed: where rows come from, how they are read, and how it goes. */

/** `waiting`: to connect again; `paused`: by its user, or because nothing can be stored. */
export type SourceStatus = 'connecting' | 'open' | 'waiting' | 'paused' | 'ended' | 'failed';

export interface FeedCounters {
  readonly bytes: number;
  readonly rows: number;
  /** Set aside because they could not be read. */
  readonly bad: number;
  /** Lost because the source could not wait. */
  readonly dropped: number;
  readonly reconnects: number;
  /** Device time behind arrival, ms; null when rows carry no time. */
  readonly lagMs: number | null;
  /** Rows per second, recent. */
  readonly rate: number;
}
