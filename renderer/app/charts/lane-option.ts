/** One lane: lines and a band over the shown stretch of time, two or three value ticks beside. */
import type { CustomSeriesRenderItemAPI } from 'echarts';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import { formatNumber } from '../../../shared/domain/words.ts';
import type { ChartOption } from './echarts.ts';
import type { Palette } from './palette.ts';
import type { BandPiece, Trace } from './traces.ts';

/** Room for value ticks left of a lane, and free space right of it, px. */
export const TICKS_WIDTH = 48;
export const RIGHT_MARGIN = 18;
const VERTICAL_MARGIN = 6;
/** Free space above and below the lines, as a share of their range. */
const HEADROOM = 0.08;

export interface LaneLine {
  readonly id: string;
  readonly points: Trace;
  readonly color: string;
  readonly width: number;
}

export interface Lane {
  readonly range: TimeRange;
  readonly values: readonly [number, number];
  readonly lines: readonly LaneLine[];
  readonly band: readonly BandPiece[];
  readonly palette: Palette;
}

export function laneOption({ range, values, lines, band, palette }: Lane): ChartOption {
  const [min, max] = withHeadroom(values);
  return {
    animation: false,
    textStyle: { fontFamily: palette.font },
    grid: {
      left: TICKS_WIDTH,
      right: RIGHT_MARGIN,
      top: VERTICAL_MARGIN,
      bottom: VERTICAL_MARGIN,
    },
    xAxis: { type: 'value', show: false, min: range.from, max: range.to },
    yAxis: {
      type: 'value',
      min,
      max,
      splitNumber: 3,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: palette['line-soft'] } },
      axisLabel: {
        color: palette.muted,
        fontSize: 10.5,
        showMinLabel: false,
        showMaxLabel: false,
        formatter: (value: number) => formatNumber(value),
      },
    },
    series: [bandSeries(band, palette.band, min, max), ...lines.map(lineSeries)],
  };
}

function lineSeries({ id, points, color, width }: LaneLine): object {
  return {
    id,
    type: 'line',
    silent: true,
    symbol: 'none',
    dimensions: ['t', 'value'],
    data: points,
    lineStyle: { color, width },
    connectNulls: false,
  };
}

/** A polygon per unbroken piece; what leaves the lane is cut at its edge. */
function bandSeries(band: readonly BandPiece[], fill: string, min: number, max: number): object {
  const inside = (value: number): number => Math.min(max, Math.max(min, value));
  return {
    id: 'band',
    type: 'custom',
    silent: true,
    clip: true,
    data: band.length > 0 ? [[band[0].t[0], min]] : [],
    renderItem: (_: unknown, api: CustomSeriesRenderItemAPI) => ({
      type: 'group',
      children: band.map(({ t, low, high }) => ({
        type: 'polygon',
        shape: {
          points: [
            ...t.map((time, i) => api.coord([time, inside(high[i])])),
            ...t.map((time, i) => api.coord([time, inside(low[i])])).reverse(),
          ],
        },
        style: { fill },
      })),
    }),
  };
}

function withHeadroom([low, high]: readonly [number, number]): [number, number] {
  const range = high - low || Math.abs(high) * 0.1 || 1;
  return [low - HEADROOM * range, high + HEADROOM * range];
}
