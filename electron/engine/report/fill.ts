/** Templates of words, and units behind values. */
import type { Channel } from '../../../shared/domain/stream.ts';

/** One pass, so that what is filled in is never read as a place to fill. */
export function fill(template: string, parts: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (place, key: string) => String(parts[key] ?? place));
}

/** " bar", or nothing. */
export function unitOf(name: string, channels: readonly Channel[]): string {
  const unit = channels.find((channel) => channel.name === name)?.unit;
  return unit ? ` ${unit}` : '';
}
