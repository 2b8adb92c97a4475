/** Loss by optimiser step on a logarithmic scale: training in the accent, validation in grey. */
import type { LossPoint } from '../../../shared/domain/model.ts';
import { formatNumber } from '../../../shared/domain/words.ts';
import type { ChartOption } from './echarts.ts';
import type { Palette } from './palette.ts';

export function lossOption(curve: readonly LossPoint[], palette: Palette): ChartOption {
  const axisLabel = {
    color: palette.muted,
    fontSize: 10.5,
    hideOverlap: true,
    formatter: (value: number) => formatNumber(value),
  };
  const line = (id: string, color: string, width: number, value: (p: LossPoint) => number) => ({
    id,
    type: 'line',
    silent: true,
    showSymbol: false,
    data: curve.map((point) => [point.step, value(point)]),
    lineStyle: { color, width },
  });
  return {
    animation: false,
    textStyle: { fontFamily: palette.font },
    grid: { left: 48, right: 12, top: 8, bottom: 22 },
    xAxis: {
      type: 'value',
      max: 'dataMax',
      splitNumber: 4,
      axisLabel,
      axisLine: { lineStyle: { color: palette.line } },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'log',
      splitLine: { lineStyle: { color: palette['line-soft'] } },
      axisLabel,
      minorSplitLine: { show: false },
    },
    series: [
      line('validation', palette.muted, 1, (point) => point.validation ?? NaN),
      line('train', palette.accent, 1.5, (point) => point.train),
    ],
  };
}
