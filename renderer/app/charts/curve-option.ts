/** Alarms a day over a threshold's parameter, both logarithmic, and where one stands. */
import type { ThresholdCurve } from '../../../shared/domain/threshold.ts';
import { formatNumber } from '../../../shared/domain/words.ts';
import type { ChartOption } from './echarts.ts';
import type { Palette } from './palette.ts';

export function curveOption(
  { parameters, perDay }: ThresholdCurve,
  at: number,
  palette: Palette,
): ChartOption {
  const least = Math.min(...perDay.filter((rate) => rate > 0), 1) / 2;
  const axisLabel = {
    color: palette.muted,
    fontSize: 10.5,
    hideOverlap: true,
    formatter: (value: number) => formatNumber(Number(value.toPrecision(2))),
  };
  const points = parameters.map((parameter, i) => [parameter, Math.max(least, perDay[i])]);
  const line = { type: 'line', silent: true, showSymbol: false };
  const highest = Math.max(least, ...perDay);
  return {
    animation: false,
    textStyle: { fontFamily: palette.font },
    grid: { left: 48, right: 12, top: 8, bottom: 22 },
    xAxis: {
      type: 'log',
      min: Math.min(...parameters),
      max: Math.max(...parameters),
      axisLabel,
      axisLine: { lineStyle: { color: palette.line } },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'log',
      axisLabel,
      splitLine: { lineStyle: { color: palette['line-soft'] } },
      minorSplitLine: { show: false },
    },
    series: [
      { ...line, id: 'curve', data: points, lineStyle: { color: palette.text, width: 1.5 } },
      {
        ...line,
        id: 'at',
        data: [
          [at, least],
          [at, highest],
        ],
        lineStyle: { color: palette.high, width: 1.5 },
      },
    ],
  };
}
