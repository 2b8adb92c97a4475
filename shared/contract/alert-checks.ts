/** What a page may send about alerts. */
import * as v from 'valibot';
import { LANGUAGES } from '../domain/event-words.ts';
import { REPORT_FORMATS } from '../domain/report.ts';
import type { AlertApi } from './alert-api.ts';
import type { Schema } from './schema.ts';

const TEMPLATE_CHARS_MAX = 20_000;
const LIST_MAX = 200;
const LOG_MAX = 1000;
const YEAR_MS = 366 * 86_400_000;
const RATE_MAX = 10_000;
const PROGRAM_MS_MAX = 600_000;

const text = v.pipe(v.string(), v.maxLength(1000));
const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const id = whole;
const idOrNew = v.nullable(id);
const limit = v.pipe(whole, v.minValue(1), v.maxValue(LOG_MAX));
const port = v.pipe(whole, v.minValue(1), v.maxValue(65_535));
const duration = v.pipe(whole, v.maxValue(YEAR_MS));
const minute = v.pipe(whole, v.maxValue(1439));
const weekday = v.pipe(whole, v.maxValue(6));
const ids = v.pipe(v.array(id), v.maxLength(LIST_MAX));
const names = v.pipe(v.array(text), v.maxLength(LIST_MAX));
const language = v.picklist(LANGUAGES);
const severity = v.picklist(['low', 'medium', 'high']);
const timeZone = v.pipe(v.string(), v.minLength(1), v.maxLength(64));

const address = (...schemes: string[]) =>
  v.pipe(
    text,
    v.check(
      (value) => schemes.some((scheme) => value.startsWith(`${scheme}//`)) && !/\s/.test(value),
      `an address that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
    ),
  );
/** RFC 9110: a token; values without line ends. */
const header = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/)),
  value: v.pipe(text, v.regex(/^[^\r\n\0]*$/)),
});
const email = v.pipe(v.string(), v.regex(/^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/));

const sinkConfig = v.variant('kind', [
  v.strictObject({
    kind: v.literal('webhook'),
    url: address('http:', 'https:'),
    method: v.picklist(['POST', 'PUT']),
    headers: v.pipe(v.array(header), v.maxLength(50)),
    contentType: v.pipe(text, v.regex(/^[^\r\n\0]*$/)),
    template: v.pipe(v.string(), v.maxLength(TEMPLATE_CHARS_MAX)),
    secret: text,
  }),
  v.strictObject({
    kind: v.literal('mqtt'),
    url: address('mqtt:', 'mqtts:'),
    user: text,
    password: text,
    prefix: name,
    discovery: text,
  }),
  v.strictObject({
    kind: v.literal('email'),
    host: name,
    port,
    security: v.picklist(['tls', 'starttls', 'plain']),
    user: text,
    password: text,
    from: email,
    to: v.pipe(v.array(email), v.minLength(1), v.maxLength(50)),
  }),
  v.strictObject({
    kind: v.literal('program'),
    path: v.pipe(text, v.minLength(1)),
    args: v.pipe(v.array(text), v.maxLength(100)),
    timeoutMs: v.pipe(whole, v.minValue(100), v.maxValue(PROGRAM_MS_MAX)),
  }),
  v.strictObject({
    kind: v.literal('syslog'),
    host: name,
    port,
    protocol: v.picklist(['udp', 'tcp']),
    facility: v.pipe(whole, v.maxValue(23)),
  }),
  v.strictObject({ kind: v.literal('desktop') }),
  v.strictObject({ kind: v.literal('sound') }),
]);

const dayPart = v.strictObject({
  from: minute,
  to: minute,
  weekdays: v.pipe(v.array(weekday), v.maxLength(7)),
});
const rule = v.strictObject({
  name,
  isEnabled: v.boolean(),
  language,
  timeZone,
  when: v.strictObject({
    topics: v.pipe(v.array(v.picklist(['anomaly', 'data'])), v.maxLength(2)),
    severity,
    streams: ids,
    channels: names,
    activities: names,
    hours: v.nullable(dayPart),
    effectMin: v.pipe(v.number(), v.finite(), v.minValue(0)),
    lengthMinMs: duration,
  }),
  sinks: ids,
  groupMs: duration,
  holdMs: duration,
  rate: v.nullable(
    v.strictObject({
      alerts: v.pipe(whole, v.minValue(1), v.maxValue(RATE_MAX)),
      perMs: v.pipe(duration, v.minValue(1000)),
    }),
  ),
  quiet: v.nullable(v.strictObject({ hours: dayPart, passes: v.nullable(severity) })),
  escalation: v.nullable(
    v.strictObject({
      afterMs: v.pipe(duration, v.minValue(1000)),
      sinks: ids,
      times: v.pipe(whole, v.minValue(1), v.maxValue(100)),
    }),
  ),
  tellsEnd: v.boolean(),
});
const schedule = v.strictObject({
  streamId: id,
  every: v.picklist(['day', 'week', 'alert']),
  at: minute,
  weekday,
  timeZone,
  language,
  format: v.picklist(REPORT_FORMATS),
  sinks: ids,
  isEnabled: v.boolean(),
});

export const alertSchemas: { [K in keyof AlertApi]: Schema } = {
  'sink.list': v.strictTuple([]),
  'sink.save': v.strictTuple([
    idOrNew,
    v.strictObject({ name, isEnabled: v.boolean(), config: sinkConfig }),
  ]),
  'sink.remove': v.strictTuple([id]),
  'sink.restore': v.strictTuple([id]),
  'sink.test': v.strictTuple([id, language]),
  'rule.list': v.strictTuple([]),
  'rule.save': v.strictTuple([idOrNew, rule]),
  'rule.remove': v.strictTuple([id]),
  'rule.restore': v.strictTuple([id]),
  'alert.list': v.strictTuple([limit]),
  'alert.acknowledge': v.strictTuple([id]),
  'delivery.list': v.strictTuple([idOrNew, limit]),
  'delivery.retry': v.strictTuple([v.pipe(v.string(), v.uuid())]),
  'schedule.list': v.strictTuple([]),
  'schedule.save': v.strictTuple([idOrNew, schedule]),
  'schedule.remove': v.strictTuple([id]),
  'schedule.file': v.strictTuple([id]),
  'schedule.run': v.strictTuple([id]),
};
