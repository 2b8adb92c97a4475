/** {{places}} in the templates of users. No logic: a value stands where its name stood. */
import type { AlertMessage } from '../../../shared/domain/alert.ts';

/** How a value is written so that it stays a value: inside a JSON text, in an address, as it is. */
export type Escape = (value: string) => string;

export const asIs: Escape = (value) => value;
export const inJson: Escape = (value) => JSON.stringify(value).slice(1, -1);
export const inForm: Escape = (value) => encodeURIComponent(value);

export function fillTemplate(template: string, message: AlertMessage, escape: Escape): string {
  const values = placesOf(message);
  // One pass: a value that holds a place is not filled again. Unknown places stay to be seen.
  return template.replace(/\{\{\s*([a-zA-Z]+)\s*\}\}/g, (place, name: string) => {
    const value = values.get(name);
    return value === undefined ? place : escape(value);
  });
}

/** Names that a template may use, with what they stand for. */
export function placesOf(message: AlertMessage): ReadonlyMap<string, string> {
  const event = message.events.at(-1);
  const iso = (ms: number | undefined): string => (ms === undefined ? '' : isoOf(ms));
  return new Map([
    ['key', message.key],
    ['kind', message.kind],
    ['title', message.title],
    ['text', message.text],
    ['severity', message.severity],
    ['time', isoOf(message.time)],
    ['stream', message.stream?.name ?? ''],
    ['rule', message.rule?.name ?? ''],
    ['alert', String(message.alertId ?? '')],
    ['count', String(message.events.length)],
    ['channel', event?.channel ?? ''],
    ['sentence', event?.sentence ?? ''],
    ['observed', numberText(event?.observed)],
    ['low', numberText(event?.expectedLow)],
    ['high', numberText(event?.expectedHigh)],
    ['unit', event?.unit ?? ''],
    ['activity', event?.activity ?? ''],
    ['start', iso(event?.start)],
    ['end', iso(event?.end)],
  ]);
}

const isoOf = (ms: number): string => new Date(ms).toISOString();

function numberText(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
