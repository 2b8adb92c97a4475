/** What a new rule, way to tell or scheduled report begins as. */
import type {
  AlertRule,
  DayPart,
  ReportSchedule,
  Sink,
  SinkConfig,
} from '../../../shared/domain/alert.ts';
import type { Language } from '../../../shared/domain/event-words.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
const HOUR = 60;

export const NIGHT: DayPart = { from: 22 * HOUR, to: 6 * HOUR, weekdays: [] };
export const WORKDAY: DayPart = { from: 8 * HOUR, to: 18 * HOUR, weekdays: [1, 2, 3, 4, 5] };
export const RATE = { alerts: 6, perMs: HOUR_MS } as const;
export const ESCALATION_MS = 15 * MINUTE_MS;

export const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Medium and worse of everything, told by all ways there are. */
export function newRule(name: string, language: Language, sinks: readonly number[]): AlertRule {
  return {
    ...{ name, language, sinks, isEnabled: true, timeZone: zoneHere() },
    when: {
      ...{ topics: [], severity: 'medium', streams: [], channels: [], activities: [] },
      ...{ hours: null, effectMin: 0, lengthMinMs: 0 },
    },
    ...{ groupMs: 10_000, holdMs: MINUTE_MS },
    ...{ rate: RATE, quiet: null, escalation: null, tellsEnd: true },
  };
}

export const SINK_KINDS = [
  'desktop',
  'sound',
  'webhook',
  'email',
  'mqtt',
  'program',
  'syslog',
] as const satisfies readonly SinkConfig['kind'][];

export function newSink(kind: SinkConfig['kind'], name: string): Sink {
  return { name, isEnabled: true, config: newConfig(kind) };
}

function newConfig(kind: SinkConfig['kind']): SinkConfig {
  switch (kind) {
    case 'webhook':
      return {
        ...{ kind, url: 'https://', method: 'POST', headers: [], template: '', secret: '' },
        contentType: 'application/json',
      };
    case 'mqtt':
      return {
        ...{ kind, url: 'mqtt://127.0.0.1:1883', user: '', password: '', prefix: 'offbeat' },
        discovery: 'homeassistant',
      };
    case 'email':
      return {
        ...{ kind, host: '', port: 465, security: 'tls', user: '', password: '' },
        ...{ from: '', to: [] },
      };
    case 'program':
      return { kind, path: '', args: [], timeoutMs: 30_000 };
    case 'syslog':
      return { kind, host: '127.0.0.1', port: 514, protocol: 'udp', facility: 16 };
    default:
      return { kind };
  }
}

export function newSchedule(streamId: number, language: Language): ReportSchedule {
  return {
    ...{ streamId, language, every: 'day', at: 6 * HOUR, weekday: 1, timeZone: zoneHere() },
    ...{ format: 'html', sinks: [], isEnabled: true },
  };
}

/** What is saved of a kept one; the engine knows the rest. */
export function without<T extends object, K extends keyof T>(kept: T, ...keys: K[]): Omit<T, K> {
  const rest = { ...kept };
  for (const key of keys) delete rest[key];
  return rest;
}
