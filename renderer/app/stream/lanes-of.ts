/** From views to lanes: which lines and bands each shows, and the values at a time. */
import { channelColumn, SCORE_COLUMNS } from '../../../shared/domain/score.ts';
import type { ColumnView, TimeRange } from '../../../shared/domain/stream.ts';
import { laneOption, type LaneLine } from '../charts/lane-option.ts';
import type { ChartOption } from '../charts/echarts.ts';
import type { Palette } from '../charts/palette.ts';
import { band, envelope, extent, meanLine, nearest, type Trace } from '../charts/traces.ts';

const [SCORE, HELD, THRESHOLD] = SCORE_COLUMNS.keys();
/** The band may widen a lane by so much of the observed range on either side, not more. */
const BAND_ROOM = 0.5;

export interface LaneInput {
  readonly range: TimeRange;
  readonly series: ColumnView;
  readonly scores: ColumnView | null;
  readonly palette: Palette;
  /** What was expected instead: [t0, v0, t1, v1, …]. */
  readonly instead?: Trace | null;
}

/** [lowest, highest] value of a scale that stays as it is. */
export type LockedScale = readonly [number, number];

/** `channel` counts in the stream, `scored` in the model; -1 when the model leaves it out. */
export function channelLane(
  input: LaneInput,
  channel: number,
  scored: number,
  locked: LockedScale | null = null,
): ChartOption {
  const { range, series, scores, palette, instead } = input;
  const observed = { id: 'observed', shape: envelope(series, channel) };
  const lines: LaneLine[] = [{ ...observed, color: palette.text, width: 1.2 }];
  if (instead) {
    lines.push({ id: 'instead', shape: { line: instead }, color: palette.medium, width: 2 });
  }
  let values = spanned(extent(series, channel, range) ?? [0, 1], instead ?? null, range);
  if (!scores || scored < 0) {
    return laneOption({ range, values: locked ?? values, lines, band: [], palette });
  }
  const [prediction, low, high] = forecastColumns(scored);
  const forecast = { id: 'forecast', shape: { line: meanLine(scores, prediction) } };
  lines.unshift({ ...forecast, color: palette.accent, width: 1 });
  values = widened(values, extent(scores, low, range), extent(scores, high, range));
  const pieces = band(scores, scores.min[low], scores.max[high]);
  return laneOption({ range, values: locked ?? values, lines, band: pieces, palette });
}

/** Observed − forecast of one channel, with the band around the forecast. */
export function residualLane(input: LaneInput, scored: number): ChartOption {
  const { range, palette } = input;
  const scores = input.scores!;
  const [prediction, low, high, residual] = forecastColumns(scored);
  const fromForecast = (column: number): Float64Array =>
    scores.mean[column].map((value, i) => value - scores.mean[prediction][i]);
  const [below, above] = [fromForecast(low), fromForecast(high)];
  const pieces = band(scores, below, above);
  const observed = extent(scores, residual, range) ?? [-1, 1];
  const values = widened(observed, bounds(below), bounds(above));
  const line = { id: 'residual', shape: envelope(scores, residual), color: palette.text };
  return laneOption({ range, values, lines: [{ ...line, width: 1 }], band: pieces, palette });
}

/** The raw score in grey, what it comes to after record hold in bright, the threshold in red. */
export function scoreLane({ range, scores, palette }: LaneInput): ChartOption {
  const view = scores!;
  const top = Math.max(
    extent(view, SCORE, range)?.[1] ?? 1,
    1.15 * (extent(view, THRESHOLD, range)?.[1] ?? 1),
  );
  const threshold = { line: meanLine(view, THRESHOLD) };
  const lines: LaneLine[] = [
    { id: 'score', shape: envelope(view, SCORE), color: palette.faint, width: 1 },
    { id: 'held', shape: envelope(view, HELD), color: palette.text, width: 1.2 },
    { id: 'threshold', shape: threshold, color: palette.high, width: 1.2 },
  ];
  return laneOption({ range, values: [0, top], lines, band: [], palette });
}

/** The scale that a channel has over a range, to be kept. */
export function scaleOf({ series, range }: LaneInput, channel: number): LockedScale {
  return extent(series, channel, range) ?? [0, 1];
}

/** What a lane's label says of one moment; NaN where there is nothing. */
export interface Moment {
  readonly observed: number;
  readonly low: number;
  readonly high: number;
  /** The forecast itself. */
  readonly expected: number;
  readonly residual: number;
}

export function momentOf(
  series: ColumnView,
  scores: ColumnView | null,
  channel: number,
  scored: number,
  time: number,
): Moment {
  const at = nearest(series, time);
  const observed = at >= 0 ? series.mean[channel][at] : NaN;
  const scoreAt = scores ? nearest(scores, time) : -1;
  if (!scores || scored < 0 || scoreAt < 0) {
    return { observed, low: NaN, high: NaN, expected: NaN, residual: NaN };
  }
  const [expected, low, high, residual] = forecastColumns(scored).map(
    (column) => scores.mean[column][scoreAt],
  );
  return { observed, low, high, expected, residual };
}

/** Score and threshold at one moment; of a bucket, the highest score. */
export function scoreAt(scores: ColumnView, time: number): { score: number; threshold: number } {
  const at = nearest(scores, time);
  if (at < 0) return { score: NaN, threshold: NaN };
  return { score: scores.max[SCORE][at], threshold: scores.mean[THRESHOLD][at] };
}

/** Columns of prediction, low, high and residual of a scored channel. */
function forecastColumns(scored: number): [number, number, number, number] {
  const column = (name: 'prediction' | 'low' | 'high' | 'residual') => channelColumn(scored, name);
  return [column('prediction'), column('low'), column('high'), column('residual')];
}

function widened(
  [low, high]: [number, number],
  bandLow: [number, number] | null,
  bandHigh: [number, number] | null,
): [number, number] {
  const room = BAND_ROOM * (high - low);
  return [
    Math.max(Math.min(low, bandLow?.[0] ?? low), low - room),
    Math.min(Math.max(high, bandHigh?.[1] ?? high), high + room),
  ];
}

/** With the values that a line has within the range. */
function spanned(
  [low, high]: [number, number],
  line: Trace | null,
  { from, to }: TimeRange,
): [number, number] {
  const inside = line?.filter((_, i) => i % 2 === 1 && line[i - 1] >= from && line[i - 1] <= to);
  const [lowest, highest] = (inside && bounds(inside)) ?? [low, high];
  return [Math.min(low, lowest), Math.max(high, highest)];
}

function bounds(values: Float64Array): [number, number] | null {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}
