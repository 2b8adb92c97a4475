/** Does an event concern a rule? */
import type { AlertConditions, AlertEvent, KeptRule } from '../../../shared/domain/alert.ts';
import type { Severity } from '../../../shared/domain/event.ts';
import { isWithin } from './local-time.ts';

const ORDER: readonly Severity[] = ['low', 'medium', 'high'];

export function isAtLeast(severity: Severity, least: Severity): boolean {
  return ORDER.indexOf(severity) >= ORDER.indexOf(least);
}

export function worse(a: Severity, b: Severity): Severity {
  return isAtLeast(a, b) ? a : b;
}

export function matches(rule: KeptRule, streamId: number, event: AlertEvent): boolean {
  const { when, isEnabled, since, timeZone } = rule;
  const named = <T>(list: readonly T[], value: T): boolean =>
    list.length === 0 || list.includes(value);
  return (
    isEnabled &&
    event.start >= since &&
    named(when.topics, event.topic) &&
    isAtLeast(event.severity, when.severity) &&
    named(when.streams, streamId) &&
    named(when.channels, event.channel) &&
    named(when.activities, event.activity) &&
    (when.hours === null || isWithin(event.start, when.hours, timeZone)) &&
    event.end - event.start >= when.lengthMinMs &&
    isFarEnough(when, event)
  );
}

/** What cannot be measured is not held back by a least effect. */
function isFarEnough({ effectMin }: AlertConditions, event: AlertEvent): boolean {
  const effect = effectOf(event);
  return effectMin <= 0 || effect === null || effect >= effectMin;
}

/** Distance of the observed value from the expected range, in its own unit; 0 inside of it. */
export function effectOf({ observed, expectedLow, expectedHigh }: AlertEvent): number | null {
  if (observed === null || expectedLow === null || expectedHigh === null) return null;
  return Math.max(0, expectedLow - observed, observed - expectedHigh);
}
