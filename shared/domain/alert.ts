/** Alarms that reach people: rules say what is one, sinks say how it travels. */
import type { Severity } from './event.ts';
import type { Language } from './event-words.ts';

/** Minutes since midnight in the rule's time zone; to < from goes over midnight. */
export interface DayPart {
  readonly from: number;
  readonly to: number;
  /** 0 Sunday … 6 Saturday, of the day it begins; every day when empty. */
  readonly weekdays: readonly number[];
}

/** `anomaly`: a model was surprised. `data`: the data themselves are in trouble. */
export type AlertTopic = 'anomaly' | 'data';

/** What counts; empty lists and nulls do not narrow. */
export interface AlertConditions {
  readonly topics: readonly AlertTopic[];
  readonly severity: Severity;
  readonly streams: readonly number[];
  /** The channel that stood out most. */
  readonly channels: readonly string[];
  readonly activities: readonly string[];
  readonly hours: DayPart | null;
  /** Least distance from the expected range, in the channel's own unit. */
  readonly effectMin: number;
  /** Least length of an event, ms. */
  readonly lengthMinMs: number;
}

export interface AlertRule {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly language: Language;
  /** IANA name, e.g. Europe/Berlin; of day parts below and above. */
  readonly timeZone: string;
  readonly when: AlertConditions;
  readonly sinks: readonly number[];
  /** Events within so long of the first travel in one message. 0: at once. */
  readonly groupMs: number;
  /** An alert is over when nothing matched for so long; until then a new event joins it. */
  readonly holdMs: number;
  /** At most so many alerts in so long; those above wait and gather. null: no limit. */
  readonly rate: { readonly alerts: number; readonly perMs: number } | null;
  /** Alerts below the severity wait until the quiet hours end. */
  readonly quiet: { readonly hours: DayPart; readonly passes: Severity | null } | null;
  /** Told to others, again and again, while nobody has acknowledged. */
  readonly escalation: {
    readonly afterMs: number;
    readonly sinks: readonly number[];
    readonly times: number;
  } | null;
  /** Also tells when it is over. */
  readonly tellsEnd: boolean;
}

export interface KeptRule extends AlertRule {
  readonly id: number;
  /** ms; events that began before are none of its business. */
  readonly since: number;
}

/** `waiting`: gathers, or is held back by quiet hours or rate. `settling`: over, if it lasts. */
export type AlertPhase = 'waiting' | 'raised' | 'settling' | 'resolved';

/** An event as an alert saw it last. */
export interface AlertEvent {
  readonly id: number;
  readonly topic: AlertTopic;
  readonly severity: Severity;
  readonly start: number;
  readonly end: number;
  readonly isOpen: boolean;
  readonly channel: string;
  readonly unit: string;
  readonly observed: number | null;
  readonly expectedLow: number | null;
  readonly expectedHigh: number | null;
  readonly activity: string;
  /** In the rule's language. */
  readonly sentence: string;
}

export interface Alert {
  readonly id: number;
  readonly ruleId: number;
  readonly ruleName: string;
  readonly streamId: number;
  readonly streamName: string;
  readonly hasTime: boolean;
  readonly phase: AlertPhase;
  /** The worst so far. */
  readonly severity: Severity;
  /** Newest last, at most EVENTS_IN_ALERT_MAX; `count` counts all. */
  readonly events: readonly AlertEvent[];
  readonly count: number;
  /** ms. */
  readonly openedAt: number;
  readonly raisedAt: number | null;
  readonly acknowledgedAt: number | null;
  readonly resolvedAt: number | null;
  readonly escalations: number;
  /** Why it waits. */
  readonly heldBy: 'group' | 'quiet' | 'rate' | null;
  /** When the clock has to look at it again, ms; null: never. */
  readonly dueAt: number | null;
}
export const EVENTS_IN_ALERT_MAX = 50;

export type MessageKind = 'raise' | 'escalate' | 'resolve' | 'test' | 'report';

/** What travels. Plain data: sinks write it in their own form. */
export interface AlertMessage {
  /** The same however often it is sent: whoever receives it twice can tell. */
  readonly key: string;
  readonly kind: MessageKind;
  readonly language: Language;
  readonly title: string;
  readonly text: string;
  /** ms. */
  readonly time: number;
  readonly severity: Severity;
  readonly alertId: number | null;
  readonly rule: { readonly id: number; readonly name: string } | null;
  readonly stream: { readonly id: number; readonly name: string } | null;
  readonly events: readonly AlertEvent[];
  /** Paths of files that go with it. */
  readonly files: readonly string[];
}

export interface WebhookConfig {
  readonly kind: 'webhook';
  readonly url: string;
  readonly method: 'POST' | 'PUT';
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly contentType: string;
  /** With {{places}}; empty: the whole message as JSON. */
  readonly template: string;
  /** Key of the HMAC-SHA256 signature; empty: not signed. */
  readonly secret: string;
}
export interface MqttConfig {
  readonly kind: 'mqtt';
  /** mqtt:// or mqtts:// */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Topics begin so, e.g. offbeat. */
  readonly prefix: string;
  /** Where Home Assistant looks for devices; empty: not announced. */
  readonly discovery: string;
}
export interface EmailConfig {
  readonly kind: 'email';
  readonly host: string;
  readonly port: number;
  /** `tls` from the start, `starttls` required, `plain` when the server offers nothing better. */
  readonly security: 'tls' | 'starttls' | 'plain';
  readonly user: string;
  readonly password: string;
  readonly from: string;
  readonly to: readonly string[];
}
export interface ProgramConfig {
  readonly kind: 'program';
  /** Absolute path; started as it is, never through a shell. */
  readonly path: string;
  /** With {{places}}; each is one argument whatever it holds. */
  readonly args: readonly string[];
  readonly timeoutMs: number;
}
export interface SyslogConfig {
  readonly kind: 'syslog';
  readonly host: string;
  readonly port: number;
  readonly protocol: 'udp' | 'tcp';
  /** 0 … 23; 16 is local0. */
  readonly facility: number;
}
export interface DesktopConfig {
  readonly kind: 'desktop';
}
export interface SoundConfig {
  readonly kind: 'sound';
}
export type SinkConfig =
  | WebhookConfig
  | MqttConfig
  | EmailConfig
  | ProgramConfig
  | SyslogConfig
  | DesktopConfig
  | SoundConfig;

export interface Sink {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly config: SinkConfig;
}
export interface KeptSink extends Sink {
  readonly id: number;
}
/** Stands where a secret is kept; given back it leaves the secret as it is. */
export const SECRET_KEPT = '••••••••';

export type DeliveryStatus = 'waiting' | 'sent' | 'failed' | 'dropped';

/** One message on its way to one sink. */
export interface Delivery {
  readonly key: string;
  readonly sinkId: number | null;
  readonly sinkName: string;
  readonly alertId: number | null;
  readonly kind: MessageKind;
  readonly title: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly createdAt: number;
  /** ms; when it is tried again. null unless it waits. */
  readonly dueAt: number | null;
  readonly doneAt: number | null;
  /** What the last attempt said; empty when it went well. */
  readonly error: string;
}

/** A report that writes itself. */
export interface ReportSchedule {
  readonly streamId: number;
  readonly every: 'day' | 'week' | 'alert';
  /** Minutes since midnight, and for weeks the day (0 Sunday). */
  readonly at: number;
  readonly weekday: number;
  readonly timeZone: string;
  readonly language: Language;
  readonly format: 'html' | 'pdf' | 'csv' | 'json' | 'xlsx' | 'parquet';
  /** Who is told, with the file where the sink can carry one. */
  readonly sinks: readonly number[];
  readonly isEnabled: boolean;
}
export interface KeptSchedule extends ReportSchedule {
  readonly id: number;
  /** ms. */
  readonly nextAt: number | null;
  readonly lastAt: number | null;
  /** Of the last one written. */
  readonly lastFile: string;
  readonly error: string;
}
