/** Numbers, times and durations as people read them; the same in every window, report and table. */
import type { Severity } from './event.ts';
import type { TimeRange } from './stream.ts';

/** Severity is never told by colour alone. */
export const SEVERITY_SHAPES: Readonly<Record<Severity, string>> = {
  low: '●',
  medium: '◆',
  high: '▲',
};

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Four significant digits, "1.92×10⁸" where there would be too many; "–" for no number. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1e6 || magnitude < 1e-4) return formatPower(value);
  const digits = Math.max(0, 3 - Math.floor(Math.log10(magnitude)));
  return String(Number(value.toFixed(Math.min(digits, 8))));
}

function formatPower(value: number): string {
  const [mantissa, exponent] = value.toExponential(2).split('e');
  const raised = exponent.replace('+', '').replace('-', '⁻');
  return `${mantissa}×10${raised.replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)])}`;
}

/** "48 211": groups of three, parted by a thin space that does not break. */
export function formatCount(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** "2014-02-08 01:05:00", UTC; milliseconds only where there are some. */
export function formatTime(ms: number): string {
  const iso = new Date(ms).toISOString().replace('T', ' ');
  return ms % 1000 === 0 ? iso.slice(0, 19) : iso.slice(0, 23);
}

/** "1 d 02:06:27": time since the first row of a recording without a clock. */
export function formatElapsed(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  const clock = formatTime(ms - 86_400_000 * days).slice(11);
  return days > 0 ? `${days} d ${clock}` : clock;
}

/** How one stream writes its times: UTC, or elapsed where its source had no clock. */
export function formatMoment(ms: number, hasTime: boolean): string {
  return hasTime ? formatTime(ms) : formatElapsed(ms);
}

export function formatSpan({ from, to }: TimeRange, hasTime: boolean): string {
  const span = `${formatMoment(from, hasTime)} to ${formatMoment(to, hasTime)}`;
  return hasTime ? `${span} UTC` : span;
}

export type DurationUnit = 'd' | 'h' | 'min' | 's' | 'ms';

const UNITS: readonly (readonly [number, DurationUnit])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
];

/** The one or two largest units of a duration, largest first: [3, 'h'], [20, 'min']. */
export function durationParts(ms: number): readonly (readonly [number, DurationUnit])[] {
  const first = UNITS.findIndex(([size]) => ms >= size);
  if (first < 0) return [[Math.round(ms), 'ms']];
  const [size, unit] = UNITS[first];
  const next = UNITS[first + 1];
  const whole = Math.floor(ms / size);
  const rest = next ? Math.floor((ms - whole * size) / next[0]) : 0;
  return rest > 0
    ? [
        [whole, unit],
        [rest, next[1]],
      ]
    : [[whole, unit]];
}

/** "3 h 20 min"; an event of one row has no duration. */
export function formatDuration(ms: number): string {
  if (ms === 0) return 'one row';
  return durationParts(ms)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}
