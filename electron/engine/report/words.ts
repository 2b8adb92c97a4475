/** The words of a report: numbers, times and sentences a person can read aloud. */
import type { AnomalyEvent, ChannelShare, Severity } from '../../../shared/domain/event.ts';
import type { Channel } from '../../../shared/domain/stream.ts';

export const SEVERITY_SHAPES: Readonly<Record<Severity, string>> = {
  low: '●',
  medium: '◆',
  high: '▲',
};

/** Four significant digits, without an exponent where one can be avoided. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1e6 || magnitude < 1e-4) return value.toExponential(2);
  const digits = Math.max(0, 3 - Math.floor(Math.log10(magnitude)));
  return String(Number(value.toFixed(Math.min(digits, 8))));
}

/** "2014-02-08 01:05:00", UTC; milliseconds only where there are some. */
export function formatTime(ms: number): string {
  const iso = new Date(ms).toISOString().replace('T', ' ');
  return ms % 1000 === 0 ? iso.slice(0, 19) : iso.slice(0, 23);
}

const UNITS: readonly (readonly [number, string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
];

/** The two largest units: "3 h 20 min". */
export function formatDuration(ms: number): string {
  const first = UNITS.findIndex(([size]) => ms >= size);
  if (first < 0) return ms === 0 ? 'one row' : `${Math.round(ms)} ms`;
  const [size, unit] = UNITS[first];
  const next = UNITS[first + 1];
  const whole = Math.floor(ms / size);
  const rest = next ? Math.floor((ms - whole * size) / next[0]) : 0;
  return rest > 0 ? `${whole} ${unit} ${rest} ${next[1]}` : `${whole} ${unit}`;
}

/** What happened, against what was expected. */
export function eventSentence(event: AnomalyEvent, channels: readonly Channel[]): string {
  const [first, second] = event.channels;
  const also =
    second && second.share >= 0.25
      ? `; ${second.name} stood out too (${Math.round(100 * second.share)} %)`
      : '';
  return `${departure(first, unitOf(first.name, channels))}${also}.`;
}

function departure(share: ChannelShare, unit: string): string {
  const { name, observed, expectedLow, expectedHigh } = share;
  if (![observed, expectedLow, expectedHigh].every(Number.isFinite)) {
    return `${name} moved in a way that was not expected`;
  }
  const range = `${formatNumber(expectedLow)}–${formatNumber(expectedHigh)}${unit}`;
  const value = `${formatNumber(observed)}${unit}`;
  if (observed < expectedLow) return `${name} fell to ${value} where ${range} was expected`;
  if (observed > expectedHigh) return `${name} rose to ${value} where ${range} was expected`;
  return `${name} was ${value}, within ${range}, but did not move as expected`;
}

function unitOf(name: string, channels: readonly Channel[]): string {
  const unit = channels.find((channel) => channel.name === name)?.unit;
  return unit ? ` ${unit}` : '';
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (c) => entities[c]);
}
