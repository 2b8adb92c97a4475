/** One lane: lines and a band over the shown stretch of time, two or three value ticks beside. */
import type { TimeRange } from '../../../shared/domain/stream.ts';
import { formatNumber } from '../../../shared/domain/words.ts';
import type { ChartOption } from './echarts.ts';
import { areaSeries, lineSeries } from './lane-shapes.ts';
import type { Palette } from './palette.ts';
import type { BandPiece, Trace } from './traces.ts';

/** Room for value ticks left of a lane, and free space right of it, px. */
export const TICKS_WIDTH = 48;
export const RIGHT_MARGIN = 18;
export const VERTICAL_MARGIN = 6;
/** Free space above and below the lines, as a share of their range. */
const HEADROOM = 0.08;

export interface LaneLine {
  readonly id: string;
  /** A ribbon holds all that a line does between one point and the next. */
  readonly shape: { readonly line: Trace } | { readonly ribbon: readonly BandPiece[] };
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
  const shown = { range, values: [min, max] } as const;
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
    series: [
      areaSeries('band', band, { color: palette.band }, shown),
      ...lines.map(({ id, shape, ...style }) =>
        'line' in shape
          ? lineSeries(id, shape.line, style, shown)
          : areaSeries(id, shape.ribbon, style, shown),
      ),
    ],
  };
}

/** The lowest and the highest value that a lane shows. */
export function withHeadroom([low, high]: readonly [number, number]): [number, number] {
  const range = high - low || Math.abs(high) * 0.1 || 1;
  return [low - HEADROOM * range, high + HEADROOM * range];
}
