/** The words of a report: sentences a person can read aloud. */
import type { AnomalyEvent, ChannelShare } from '../../../shared/domain/event.ts';
import type { Channel } from '../../../shared/domain/stream.ts';
import { formatNumber } from '../../../shared/domain/words.ts';

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
