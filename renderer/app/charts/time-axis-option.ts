/** The time axis under all lanes: UTC as everywhere, or time since the first row. */
import type { TimeRange } from '../../../shared/domain/stream.ts';
import { formatElapsed } from '../../../shared/domain/words.ts';
import type { ChartOption } from './echarts.ts';
import { RIGHT_MARGIN, TICKS_WIDTH } from './lane-option.ts';
import type { Palette } from './palette.ts';

const UTC_LABELS = {
  year: '{yyyy}',
  month: '{yyyy}-{MM}',
  day: '{MM}-{dd}',
  hour: '{HH}:{mm}',
  minute: '{HH}:{mm}',
  second: '{HH}:{mm}:{ss}',
  millisecond: '{HH}:{mm}:{ss}.{SSS}',
  none: '{MM}-{dd} {HH}:{mm}',
};

export function timeAxisOption(range: TimeRange, hasTime: boolean, palette: Palette): ChartOption {
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: palette.font },
    grid: { left: TICKS_WIDTH, right: RIGHT_MARGIN, top: 0, height: 1 },
    xAxis: {
      type: 'time',
      min: range.from,
      max: range.to,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { lineStyle: { color: palette.faint }, length: 4 },
      axisLabel: {
        color: palette.muted,
        fontSize: 10.5,
        hideOverlap: true,
        margin: 7,
        formatter: hasTime ? UTC_LABELS : formatElapsed,
      },
    },
    yAxis: { type: 'value', show: false },
    series: [],
  };
}
