/** How many events began when, as stacked bars: the same width for ten events and ten thousand. */
import type { Severity } from '../../../shared/domain/event.ts';
import type { ReportModel } from './report-model.ts';
import { PLOT, timeTicks } from './svg-chart.ts';
import { escapeHtml } from './escape-html.ts';

const HEIGHT = 96;
const BINS = 120;
/** Bottom to top. */
const ORDER: readonly Severity[] = ['high', 'medium', 'low'];

export function drawTimeline({ stream, events, range }: ReportModel, label: string): string {
  const { width, left, right, top, bottom } = PLOT;
  const span = Math.max(1, range.to - range.from);
  const counts = ORDER.map(() => new Float64Array(BINS));
  for (const { event } of events) {
    const share = (Math.max(event.start, range.from) - range.from) / span;
    counts[ORDER.indexOf(event.severity)][Math.min(BINS - 1, Math.floor(share * BINS))]++;
  }
  const total = (bin: number): number => counts.reduce((sum, column) => sum + column[bin], 0);
  const most = Math.max(...Array.from({ length: BINS }, (_, bin) => total(bin)));
  const tall = HEIGHT - top - bottom;
  const step = (width - left - right) / BINS;
  const bars: string[] = [];
  for (let bin = 0; bin < BINS; bin++) {
    let base = HEIGHT - bottom;
    ORDER.forEach((severity, i) => {
      const height = (counts[i][bin] / most) * tall;
      if (height === 0) return;
      base -= height;
      const x = (left + bin * step).toFixed(1);
      const size = `width="${(step - 1).toFixed(1)}" height="${height.toFixed(1)}"`;
      bars.push(`<rect class="tick ${severity}" x="${x}" y="${base.toFixed(1)}" ${size}/>`);
    });
  }
  const x = (t: number): number => left + ((t - range.from) / span) * (width - left - right);
  const axis = stream.hasTime ? 'time' : 'elapsed';
  const scale =
    `<text x="${left - 6}" y="${top + 4}" dy="3.5" text-anchor="end">${most}</text>` +
    `<line class="grid" x1="${left}" x2="${width - right}" y1="${HEIGHT - bottom}" ` +
    `y2="${HEIGHT - bottom}"/>`;
  const ticks = timeTicks({ range, height: HEIGHT, axis }, x);
  return (
    `<svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${escapeHtml(label)}">` +
    `${scale}${bars.join('')}${ticks.join('')}</svg>`
  );
}
