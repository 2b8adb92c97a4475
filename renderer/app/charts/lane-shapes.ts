/**
 * Lines and bands of a lane as shapes of a custom series. A line of thousands of points is drawn
 * in short pieces, and what moves within buckets as a filled ribbon: one long zigzag would take a
 * processor that draws some ten times as long.
 */
import type { CustomSeriesRenderItemAPI } from 'echarts';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import type { BandPiece, Trace } from './traces.ts';

/** Points of one piece of a line. */
const PIECE_POINTS = 32;
/** Width of what stands on its own. */
const DOT_PIXELS = 1.5;

/** What of a lane is shown: times in ms, values in the channel's unit. */
export interface LaneWindow {
  readonly range: TimeRange;
  readonly values: readonly [number, number];
}

/** From time and value to pixels. */
interface Scale {
  x(time: number): number;
  y(value: number): number;
}

/** A line, broken at NaN. */
export function lineSeries(
  id: string,
  points: Trace,
  style: { readonly color: string; readonly width: number },
  shown: LaneWindow,
): object {
  const lineStyle = { stroke: style.color, lineWidth: style.width, fill: 'none' };
  return series(id, points.length > 0, shown, (scale) => {
    const pieces = linePieces(points, shown.range, scale);
    return pieces.map((piece) => ({
      type: 'polyline',
      shape: { points: piece },
      style: lineStyle,
    }));
  });
}

/** An area; as a line, it is nowhere thinner than `width` px. */
export function areaSeries(
  id: string,
  pieces: readonly BandPiece[],
  style: { readonly color: string; readonly width?: number },
  shown: LaneWindow,
): object {
  const half = (style.width ?? 0) / 2;
  const [min, max] = shown.values;
  const inside = (value: number): number => Math.min(max, Math.max(min, value));
  // What is seen through must not lie over itself; a ribbon may, and is drawn in short pieces.
  const length = style.width === undefined ? Infinity : PIECE_POINTS;
  return series(id, pieces.length > 0, shown, ({ x, y }) =>
    pieces.flatMap(({ t, low, high }) =>
      cut(within(t, shown.range), length).map(([from, to]) => {
        const points: [number, number][] = [];
        for (let i = from; i < to; i++) points.push([x(t[i]), y(inside(high[i])) - half]);
        for (let i = to - 1; i >= from; i--) {
          const right = to - from === 1 ? DOT_PIXELS : 0;
          points.push([x(t[i]) + right, y(inside(low[i])) + half]);
        }
        return { type: 'polygon', shape: { points }, style: { fill: style.color } };
      }),
    ),
  );
}

/** Pieces of from..to, each of at most `length` points and two of them shared with the next. */
function cut([from, to]: readonly [number, number], length: number): [number, number][] {
  if (to - from <= length) return to > from ? [[from, to]] : [];
  const pieces: [number, number][] = [];
  for (let at = from; at < to - 2; at += length - 2) pieces.push([at, Math.min(to, at + length)]);
  return pieces;
}

/** One item, drawn at once. */
function series(
  id: string,
  isFilled: boolean,
  { range, values }: LaneWindow,
  children: (scale: Scale) => object[],
): object {
  return {
    id,
    type: 'custom',
    silent: true,
    clip: true,
    data: isFilled ? [[range.from, values[0]]] : [],
    renderItem: (_: unknown, api: CustomSeriesRenderItemAPI) => ({
      type: 'group',
      children: children(scaleOf(api, range, values)),
    }),
  };
}

function scaleOf(
  api: CustomSeriesRenderItemAPI,
  { from, to }: TimeRange,
  [min, max]: readonly [number, number],
): Scale {
  const [left, bottom] = api.coord([from, min]);
  const [right, top] = api.coord([to, max]);
  return {
    x: (time) => left + ((time - from) / (to - from)) * (right - left),
    y: (value) => bottom + ((value - min) / (max - min)) * (top - bottom),
  };
}

function linePieces(points: Trace, { from, to }: TimeRange, { x, y }: Scale): number[][][] {
  const pieces: number[][][] = [];
  let piece: number[][] = [];
  const end = (): void => {
    // A row on its own is a dot.
    if (piece.length === 1) piece.push([piece[0][0] + DOT_PIXELS, piece[0][1]]);
    if (piece.length > 1) pieces.push(piece);
  };
  for (let at = 0; at < points.length; at += 2) {
    const [time, value] = [points[at], points[at + 1]];
    // One point beyond either edge leads the line out of sight.
    const isBefore = at + 2 < points.length && points[at + 2] < from;
    const isAfter = at > 0 && points[at - 2] > to;
    if (isBefore || isAfter || Number.isNaN(value)) {
      end();
      piece = [];
      continue;
    }
    piece.push([x(time), y(value)]);
    if (piece.length < PIECE_POINTS) continue;
    end();
    piece = [piece[piece.length - 1]];
  }
  end();
  return pieces;
}

/** The places of those in sight, with one beyond either edge. */
function within(t: readonly number[], { from, to }: TimeRange): [number, number] {
  const first = t.findIndex((time) => time >= from);
  const last = t.findLastIndex((time) => time <= to);
  return [Math.max(0, (first < 0 ? t.length : first) - 1), Math.min(t.length, last + 2)];
}
