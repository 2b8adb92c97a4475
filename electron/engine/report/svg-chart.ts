/** Charts as SVG text: pure functions from decimated views to markup. */
import type { AnomalyEvent, Severity } from '../../../shared/domain/event.ts';
import type { TimeRange } from '../../../shared/domain/stream.ts';
import { formatElapsed, formatNumber, formatTime } from '../../../shared/domain/words.ts';
import { escapeHtml } from './escape-html.ts';

/** Where the plot lies in a picture, in its own units. */
export const PLOT = { width: 1000, left: 56, right: 8, top: 6, bottom: 18 } as const;
const { width: WIDTH, left: LEFT, right: RIGHT, top: TOP, bottom: BOTTOM } = PLOT;
/** A step longer than so many buckets is drawn as a gap. */
const GAP_BUCKETS = 3;
const TIME_TICKS = 5;
/** Of an event's shade: parts of a unit, least width in units. */
const SLOTS = 2;
const SHADE_MIN = 2;
const SEVERITIES: readonly Severity[] = ['low', 'medium', 'high'];
/** Longer stretches have dates along the bottom, shorter ones seconds. */
const DAYS_BY_DATE = 10;
const DAYS_BY_SECOND = 0.2;

export interface Trace {
  readonly kind: 'line' | 'band';
  readonly className: string;
  readonly t: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly bucketMs: number;
}

export interface Chart {
  readonly label: string;
  readonly height: number;
  readonly range: TimeRange;
  readonly traces: readonly Trace[];
  readonly events: readonly AnomalyEvent[];
  /** Values that the scale must show whatever the traces hold. */
  readonly include?: readonly number[];
  /** Ticks along the bottom: UTC, time since the start, or plain counts. */
  readonly axis: 'time' | 'elapsed' | 'steps';
}

export function drawChart(chart: Chart): string {
  const { height, range, traces, label } = chart;
  const [min, max] = valueRange(chart);
  const x = (t: number): number =>
    LEFT + ((t - range.from) / Math.max(1, range.to - range.from)) * (WIDTH - LEFT - RIGHT);
  const y = (v: number): number => TOP + (1 - (v - min) / (max - min)) * (height - TOP - BOTTOM);
  const paths = traces.map((trace) => {
    const d = trace.kind === 'band' ? bandPath(trace, x, y) : envelopePath(trace, x, y);
    return `<path class="${trace.className}" d="${d}"/>`;
  });
  return (
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(label)}">` +
    [...valueTicks(min, max, y), ...timeTicks(chart, x), ...shades(chart, x), ...paths].join('') +
    '</svg>'
  );
}

/**
 * Stretches of events behind the traces: the worst severity at every half unit, so that ten
 * thousand events cost no more than the picture is wide.
 */
function shades({ events, range, height }: Chart, x: (t: number) => number): string[] {
  const worst = new Uint8Array(WIDTH * SLOTS);
  for (const { start, end, severity } of events) {
    if (end < range.from || start > range.to) continue;
    const from = Math.round(x(Math.max(start, range.from)) * SLOTS);
    const to = Math.max(from + SHADE_MIN * SLOTS, x(Math.min(end, range.to)) * SLOTS);
    const level = SEVERITIES.indexOf(severity) + 1;
    for (let slot = from; slot < Math.min(to, worst.length); slot++) {
      worst[slot] = Math.max(worst[slot], level);
    }
  }
  const found: string[] = [];
  const tall = `y="${TOP}" height="${height - TOP - BOTTOM}"`;
  for (let slot = 0, first = 0; slot <= worst.length; slot++) {
    if (slot < worst.length && worst[slot] === worst[first]) continue;
    if (worst[first] > 0) {
      const size = `x="${first / SLOTS}" width="${(slot - first) / SLOTS}"`;
      found.push(`<rect class="shade ${SEVERITIES[worst[first] - 1]}" ${size} ${tall}/>`);
    }
    first = slot;
  }
  return found;
}

/** Down and up through each bucket, so that no spike is lost; broken at gaps. */
function envelopePath(
  { t, low, high, bucketMs }: Trace,
  x: (t: number) => number,
  y: (v: number) => number,
): string {
  const parts: string[] = [];
  let last = -Infinity;
  for (let i = 0; i < t.length; i++) {
    if (!Number.isFinite(low[i])) continue;
    const at = x(t[i]).toFixed(1);
    const starts = parts.length === 0 || t[i] - last > GAP_BUCKETS * bucketMs;
    const move = starts ? 'M' : 'L';
    parts.push(`${move}${at} ${y(low[i]).toFixed(1)}`);
    if (high[i] !== low[i]) parts.push(`L${at} ${y(high[i]).toFixed(1)}`);
    last = t[i];
  }
  return parts.join('');
}

function bandPath(
  { t, low, high }: Trace,
  x: (t: number) => number,
  y: (v: number) => number,
): string {
  const rows = Array.from(t.keys()).filter((i) => Number.isFinite(low[i] + high[i]));
  if (rows.length === 0) return '';
  const point = (i: number, v: number): string => `${x(t[i]).toFixed(1)} ${y(v).toFixed(1)}`;
  const up = rows.map((i) => point(i, high[i]));
  const down = rows.toReversed().map((i) => point(i, low[i]));
  return `M${up.concat(down).join('L')}Z`;
}

function valueRange({ traces, include = [] }: Chart): [number, number] {
  let min = Math.min(...include);
  let max = Math.max(...include);
  for (const { low, high } of traces) {
    for (let i = 0; i < low.length; i++) {
      if (low[i] < min) min = low[i];
      if (high[i] > max) max = high[i];
    }
  }
  if (!Number.isFinite(min) || !Number.isFinite(max)) return [0, 1];
  const margin = (max - min) * 0.05 || Math.abs(max) * 0.05 || 1;
  return [min - margin, max + margin];
}

function valueTicks(min: number, max: number, y: (v: number) => number): string[] {
  return niceTicks(min, max, 3).map((value) => {
    const at = y(value).toFixed(1);
    const line = `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>`;
    const place = `x="${LEFT - 6}" y="${at}" dy="3.5" text-anchor="end"`;
    return `${line}<text ${place}>${formatNumber(value)}</text>`;
  });
}

export function timeTicks(
  { range, height, axis }: Pick<Chart, 'range' | 'height' | 'axis'>,
  x: (t: number) => number,
): string[] {
  const days = (range.to - range.from) / 86_400_000;
  const textOf = (t: number): string => {
    if (axis === 'steps') return String(t);
    if (axis === 'elapsed') return formatElapsed(t);
    const text = formatTime(t);
    if (days > DAYS_BY_DATE) return text.slice(0, 10);
    return days > DAYS_BY_SECOND ? text.slice(5, 16) : text.slice(5, 19);
  };
  return Array.from({ length: TIME_TICKS }, (_, i) => {
    const t = Math.round(range.from + ((i + 0.5) / TIME_TICKS) * (range.to - range.from));
    const at = x(t).toFixed(1);
    return `<text x="${at}" y="${height - 4}" text-anchor="middle">${textOf(t)}</text>`;
  });
}

/** About `count` round values within the range. */
export function niceTicks(min: number, max: number, count: number): number[] {
  const rough = (max - min) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((m) => m * power >= rough)!;
  const ticks: number[] = [];
  for (let v = Math.ceil(min / step) * step; v <= max; v += step) ticks.push(v);
  return ticks.map((v) => Number(v.toPrecision(12)));
}
