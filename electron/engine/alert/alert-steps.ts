/**
 * The life of an alert as pure steps: what was, what comes in and the time go in; what is and what
 * shall be told come out. No clock and no store, so that a step can be done again after a crash.
 *
 *   event ─▶ waiting ─(group, quiet hours, rate)─▶ raised ─(all over)─▶ settling ─(hold)─▶ resolved
 *                                                    ▲──── new event ─────┘
 */
import {
  EVENTS_IN_ALERT_MAX,
  type Alert,
  type AlertEvent,
  type KeptRule,
  type MessageKind,
} from '../../../shared/domain/alert.ts';
import { endOfPart, isWithin } from './local-time.ts';
import { isAtLeast, worse } from './rule-match.ts';

export interface Step {
  readonly alert: Alert;
  /** What is to be told now, and to whom. */
  readonly tells: readonly { readonly kind: MessageKind; readonly sinks: readonly number[] }[];
}

/** Times at which the rule raised alerts, newest last; what its rate counts. */
export type RaiseTimes = readonly number[];

export type NewAlert = Pick<Alert, 'ruleId' | 'ruleName' | 'streamId' | 'streamName' | 'hasTime'>;

/** The id is given by the store. */
export function openAlert(rule: KeptRule, about: NewAlert, event: AlertEvent, now: number): Alert {
  return {
    ...about,
    ...{ id: 0, phase: 'waiting', severity: event.severity, events: [event], count: 1 },
    ...{ openedAt: now, raisedAt: null, acknowledgedAt: null, resolvedAt: null },
    ...{ escalations: 0, heldBy: 'group', dueAt: now + rule.groupMs },
  };
}

/** A new event joins, a known one is brought up to date. */
export function takeEvent(rule: KeptRule, alert: Alert, event: AlertEvent, now: number): Alert {
  const known = alert.events.some(({ id }) => id === event.id);
  const events = known
    ? alert.events.map((one) => (one.id === event.id ? event : one))
    : withinLimit([...alert.events, event]);
  const severity = worse(event.severity, alert.severity);
  const count = alert.count + (known ? 0 : 1);
  return follow(rule, { ...alert, events, severity, count }, now);
}

/** The oldest that is over goes first: what is open must be seen to end. */
function withinLimit(events: readonly AlertEvent[]): readonly AlertEvent[] {
  if (events.length <= EVENTS_IN_ALERT_MAX) return events;
  const over = Math.max(
    0,
    events.findIndex(({ isOpen }) => !isOpen),
  );
  return events.toSpliced(over, 1);
}

/** The user called it a false alarm: it counts no more. */
export function dropEvent(rule: KeptRule, alert: Alert, eventId: number, now: number): Alert {
  const events = alert.events.filter(({ id }) => id !== eventId);
  if (events.length === alert.events.length) return alert;
  const rest = { ...alert, events, count: alert.count - 1 };
  if (rest.count > 0) return follow(rule, rest, now);
  if (alert.phase === 'waiting') return resolved(rest, now);
  return { ...rest, phase: 'settling', dueAt: now };
}

export function acknowledge(alert: Alert, now: number): Alert {
  if (alert.phase === 'resolved' || alert.acknowledgedAt !== null) return alert;
  const dueAt = alert.phase === 'raised' ? null : alert.dueAt;
  return { ...alert, acknowledgedAt: now, dueAt };
}

/** Raised while something is open, settling once all is over. */
function follow(rule: KeptRule, alert: Alert, now: number): Alert {
  const isOpen = alert.events.some((event) => event.isOpen);
  if (alert.phase === 'raised' && !isOpen) {
    return { ...alert, phase: 'settling', dueAt: now + rule.holdMs };
  }
  if (alert.phase === 'settling' && isOpen) {
    return { ...alert, phase: 'raised', dueAt: escalationDue(rule, alert) };
  }
  // A short event that begins and ends while it settles prolongs it.
  if (alert.phase === 'settling') return { ...alert, dueAt: now + rule.holdMs };
  return alert;
}

/** What the clock does. The alert is due; answers it unchanged when there is nothing to do. */
export function tick(rule: KeptRule, alert: Alert, raised: RaiseTimes, now: number): Step {
  if (alert.dueAt === null || alert.dueAt > now) return { alert, tells: [] };
  switch (alert.phase) {
    case 'waiting':
      return raise(rule, alert, raised, now);
    case 'raised':
      return escalate(rule, alert, now);
    case 'settling': {
      const tells = rule.tellsEnd ? [{ kind: 'resolve' as const, sinks: rule.sinks }] : [];
      return { alert: resolved(alert, now), tells };
    }
    case 'resolved':
      return { alert: { ...alert, dueAt: null }, tells: [] };
  }
}

function raise(rule: KeptRule, alert: Alert, raised: RaiseTimes, now: number): Step {
  const { quiet, rate, timeZone } = rule;
  const passes = quiet?.passes && isAtLeast(alert.severity, quiet.passes);
  if (quiet && !passes && isWithin(now, quiet.hours, timeZone)) {
    const dueAt = endOfPart(now, quiet.hours, timeZone);
    return { alert: { ...alert, heldBy: 'quiet', dueAt }, tells: [] };
  }
  const recent = rate ? raised.filter((at) => at > now - rate.perMs) : [];
  if (rate && recent.length >= rate.alerts) {
    const dueAt = recent[recent.length - rate.alerts] + rate.perMs;
    return { alert: { ...alert, heldBy: 'rate', dueAt }, tells: [] };
  }
  const up: Alert = { ...alert, phase: 'raised', raisedAt: now, heldBy: null };
  const due = { ...up, dueAt: escalationDue(rule, up) };
  return { alert: follow(rule, due, now), tells: [{ kind: 'raise', sinks: rule.sinks }] };
}

function escalate(rule: KeptRule, alert: Alert, now: number): Step {
  const { escalation } = rule;
  if (!escalation || alert.acknowledgedAt !== null || alert.escalations >= escalation.times) {
    return { alert: { ...alert, dueAt: null }, tells: [] };
  }
  const up = { ...alert, escalations: alert.escalations + 1 };
  const more = up.escalations < escalation.times;
  const dueAt = more ? now + escalation.afterMs : null;
  return { alert: { ...up, dueAt }, tells: [{ kind: 'escalate', sinks: escalation.sinks }] };
}

/** The first one counts from the raise, the next ones each from the one before. */
function escalationDue({ escalation }: KeptRule, alert: Alert): number | null {
  if (!escalation || alert.acknowledgedAt !== null) return null;
  if (alert.escalations >= escalation.times) return null;
  return alert.raisedAt! + (alert.escalations + 1) * escalation.afterMs;
}

function resolved(alert: Alert, now: number): Alert {
  return { ...alert, phase: 'resolved', resolvedAt: now, heldBy: null, dueAt: null };
}
