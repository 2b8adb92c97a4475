/**
 * Scores of one model over one stream are a wide table of columns by time:
 * score, held, threshold, provisional, then four columns per channel; where it was judged by what
 * goes on, the activity as well.
 */

/** score: raw score s_t; held: emitted after record hold (0 when silent); provisional: 0 or 1. */
export const SCORE_COLUMNS = ['score', 'held', 'threshold', 'provisional'] as const;

/** One-step forecast and its band in the channel's own unit; residual = observed − prediction. */
export const CHANNEL_COLUMNS = ['prediction', 'low', 'high', 'residual'] as const;

/** Index of a per-channel column in the score table. */
export function channelColumn(channel: number, column: (typeof CHANNEL_COLUMNS)[number]): number {
  return SCORE_COLUMNS.length + channel * CHANNEL_COLUMNS.length + CHANNEL_COLUMNS.indexOf(column);
}

/** Index of what went on, as an index into the activities of a model over so many channels. */
export function activityColumn(channels: number): number {
  return channelColumn(channels, CHANNEL_COLUMNS[0]);
}

/** Column names of the score table of a model over these channels, and of what it may be doing. */
export function scoreColumnNames(
  channels: readonly string[],
  activities?: readonly string[],
): string[] {
  const perChannel = channels.flatMap((name) => CHANNEL_COLUMNS.map((c) => `${name} ${c}`));
  return [...SCORE_COLUMNS, ...perChannel, ...(activities ? ['activity'] : [])];
}
