/** One schema per method: what a page may send. Past this door there are types. */
import * as v from 'valibot';
import { activitySchemas } from './activity-checks.ts';
import { alertSchemas } from './alert-checks.ts';
import type { Api } from './api.ts';
import { decoder, feedChecks, source } from './feed-checks.ts';
import { modelSchemas, thresholdSpec } from './model-checks.ts';
import { checksOf, type Schema } from './schema.ts';
import { LANGUAGES } from '../domain/event-words.ts';
import { SHAPE_CHOICES } from '../domain/model.ts';
import { REPORT_FORMATS } from '../domain/report.ts';
import { THRESHOLD_METHODS } from '../domain/threshold.ts';

const TEXT_CHARS_MAX = 1000;
const NAMES_MAX = 4096;
const PIECE_BYTES_MAX = 8 * 1024 * 1024;

const text = v.pipe(v.string(), v.maxLength(TEXT_CHARS_MAX));
const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const id = whole;
const uploadId = v.pipe(v.string(), v.uuid());
const time = v.pipe(v.number(), v.finite());
const range = v.strictObject({ from: time, to: time });
const points = v.pipe(whole, v.minValue(1), v.maxValue(20_000));

const timeFormat = v.variant('kind', [
  v.strictObject({ kind: v.literal('iso') }),
  v.strictObject({ kind: v.literal('epoch'), unit: v.picklist(['s', 'ms', 'us']) }),
  v.strictObject({ kind: v.literal('date'), order: v.picklist(['DMY', 'MDY', 'YMD']) }),
]);
const channel = v.strictObject({ column: whole, name, unit: text });
const channels = v.pipe(
  v.array(channel),
  v.maxLength(NAMES_MAX),
  v.check(
    (all) => new Set(all.map((one) => one.name)).size === all.length,
    'each channel needs a name of its own',
  ),
);
const plan = v.strictObject({
  encoding: v.picklist(['utf-8', 'utf-16le', 'utf-16be', 'gbk', 'latin1']),
  delimiter: v.pipe(v.string(), v.length(1)),
  quote: v.pipe(v.string(), v.length(1)),
  header: v.boolean(),
  decimal: v.picklist(['.', ',']),
  timeColumn: v.nullable(whole),
  timeFormat,
  timeZone: v.pipe(v.string(), v.maxLength(64)),
  periodMs: v.pipe(v.number(), v.finite(), v.gtValue(0)),
  channels,
});
const learnOptions = v.strictObject({
  mode: v.picklist(['auto', 'stream', 'reference']),
  channels: v.optional(v.pipe(v.array(name), v.maxLength(NAMES_MAX))),
  trainRows: v.optional(v.pipe(whole, v.minValue(1))),
  train: v.optional(range),
  seed: v.pipe(whole, v.maxValue(0xffff_ffff)),
  exclude: v.optional(v.pipe(v.array(range), v.maxLength(NAMES_MAX))),
  backend: v.optional(v.picklist(['auto', 'webgl', 'wasm', 'wasm-plain', 'reference'])),
  threshold: v.optional(thresholdSpec),
  effort: v.optional(v.picklist(['fast', 'balanced', 'thorough'])),
  byActivity: v.optional(v.boolean()),
  shapes: v.optional(v.picklist(SHAPE_CHOICES)),
  weightsOf: v.optional(id),
});

const settings = v.partial(
  v.strictObject({
    theme: v.picklist(['system', 'dark', 'light']),
    language: v.picklist(['system', 'en', 'zh-CN']),
    backend: v.picklist(['auto', 'webgl', 'wasm', 'wasm-plain', 'reference']),
    retentionDays: v.nullable(v.pipe(whole, v.minValue(1), v.maxValue(36_500))),
    notices: v.strictObject({
      desktop: v.boolean(),
      severityMin: v.picklist(['low', 'medium', 'high']),
    }),
    keepMonitoring: v.boolean(),
    checkUpdates: v.boolean(),
  }),
);
const newFeed = v.strictObject({
  name,
  source,
  decoder: v.nullable(decoder),
  checks: v.optional(feedChecks),
  streamId: v.optional(id),
  learn: v.optional(learnOptions),
});
const listenMs = v.pipe(whole, v.maxValue(60_000));
const triage = v.strictObject({
  acknowledged: v.optional(v.boolean()),
  verdict: v.optional(v.nullable(v.picklist(['confirmed', 'dismissed']))),
  note: v.optional(v.pipe(v.string(), v.maxLength(10_000))),
  label: v.optional(text),
});
const role = v.picklist(['active', 'shadow', 'off']);
const days = v.nullable(v.pipe(v.number(), v.finite(), v.gtValue(0)));
const rawDays = v.nullable(v.pipe(v.number(), v.finite(), v.minValue(0)));
const language = v.picklist(LANGUAGES);
const reportOrder = v.strictObject({
  language,
  format: v.picklist(REPORT_FORMATS),
  range: v.nullable(range),
});

const schemas: { [K in keyof Api]: Schema } = {
  'app.info': v.strictTuple([]),
  'app.status': v.strictTuple([]),
  'settings.get': v.strictTuple([]),
  'settings.set': v.strictTuple([settings]),
  'secret.list': v.strictTuple([]),
  'secret.set': v.strictTuple([name, v.pipe(v.string(), v.minLength(1), v.maxLength(10_000))]),
  'secret.remove': v.strictTuple([name]),
  'backend.measure': v.strictTuple([]),
  'notice.act': v.strictTuple([uploadId, name]),
  'upload.begin': v.strictTuple([name, whole]),
  'upload.append': v.strictTuple([
    uploadId,
    v.pipe(
      v.instance(Uint8Array),
      v.check((bytes) => bytes.length <= PIECE_BYTES_MAX, 'a piece has at most 8 MiB'),
    ),
  ]),
  'upload.discard': v.strictTuple([uploadId]),
  'csv.preview': v.strictTuple([uploadId, v.partial(plan)]),
  'csv.import': v.strictTuple([uploadId, name, plan]),
  'learn.start': v.strictTuple([id, learnOptions]),
  'demo.create': v.strictTuple([]),
  'job.list': v.strictTuple([]),
  'job.cancel': v.strictTuple([id]),
  'job.pause': v.strictTuple([id]),
  'job.resume': v.strictTuple([id]),
  'stream.list': v.strictTuple([]),
  'stream.rename': v.strictTuple([id, name]),
  'stream.remove': v.strictTuple([id]),
  'stream.restore': v.strictTuple([id]),
  'view.series': v.strictTuple([id, range, points]),
  'view.scores': v.strictTuple([id, range, points]),
  'model.active': v.strictTuple([id]),
  'event.list': v.strictTuple([id]),
  'quarantine.list': v.strictTuple([id, whole, v.pipe(whole, v.maxValue(1000))]),
  'problem.list': v.strictTuple([id, range]),
  'event.triage': v.strictTuple([id, triage]),
  'feed.list': v.strictTuple([]),
  'feed.preview': v.strictTuple([source, v.nullable(decoder), listenMs]),
  'feed.create': v.strictTuple([newFeed]),
  'feed.pause': v.strictTuple([id]),
  'feed.resume': v.strictTuple([id]),
  'feed.remove': v.strictTuple([id]),
  'monitor.start': v.strictTuple([id, learnOptions, role]),
  'monitor.list': v.strictTuple([id]),
  'monitor.role': v.strictTuple([id, role]),
  'stream.retention': v.strictTuple([id, v.strictObject({ rawDays, rollupDays: days })]),
  ...alertSchemas,
  'report.start': v.strictTuple([id, reportOrder]),
  'bundle.start': v.strictTuple([id, v.omit(reportOrder, ['format'])]),
  ...activitySchemas,
  ...modelSchemas,
  'bundle.verify': v.strictTuple([uploadId]),
  'bundle.open': v.strictTuple([uploadId]),
  'bundle.series': v.strictTuple([uploadId, range, points]),
  'bundle.scores': v.strictTuple([uploadId, range, points]),
  'bundle.report': v.strictTuple([uploadId]),
  'event.recompute': v.strictTuple([id, time]),
  'job.result': v.strictTuple([id]),
  'threshold.propose': v.strictTuple([
    id,
    v.picklist(THRESHOLD_METHODS),
    v.pipe(v.number(), v.finite(), v.gtValue(0), v.maxValue(100_000)),
  ]),
};

export const apiChecks = checksOf(schemas);
