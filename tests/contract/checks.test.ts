/** One good and one bad call for every method: a method without them does not compile, nor pass. */
import { describe, expect, it } from 'vitest';
import type { Api } from '../../shared/contract/api.ts';
import { apiChecks } from '../../shared/contract/checks.ts';
import { Failure } from '../../shared/contract/failure.ts';
import type { NewLabel } from '../../shared/domain/activity.ts';
import type { ReportSchedule, SinkConfig } from '../../shared/domain/alert.ts';
import type { CsvPlan } from '../../shared/domain/csv.ts';
import { PLAIN_LAYOUT } from '../../shared/domain/lane-layout.ts';
import { RULE } from '../alert/alert-place.ts';

interface Calls<K extends keyof Api> {
  readonly good: Parameters<Api[K]>;
  readonly bad: readonly unknown[];
  /** Where the refusal points to. */
  readonly where: string;
}

const ID = '3f0c6a52-8f0e-4b53-9d0b-5a2f1c7e9d10';
const RANGE = { from: -1, to: 1.5 };
const PLAN: CsvPlan = {
  encoding: 'utf-8',
  delimiter: ';',
  quote: '"',
  header: true,
  decimal: ',',
  timeColumn: null,
  timeFormat: { kind: 'date', order: 'DMY' },
  timeZone: 'Europe/Berlin',
  periodMs: 1000,
  channels: [{ column: 1, name: 'Load', unit: 'kW' }],
};
const WEBHOOK: SinkConfig = {
  ...{ kind: 'webhook', url: 'https://hooks.example/a', method: 'POST', headers: [] },
  ...{ contentType: '', template: '', secret: '' },
};
const EMAIL: SinkConfig = {
  ...{ kind: 'email', host: 'mail.example', port: 25, security: 'plain', user: '', password: '' },
  ...{ from: 'a@b.example', to: ['c@d.example'] },
};
const SCHEDULE: ReportSchedule = {
  ...{ streamId: 1, every: 'week', at: 420, weekday: 1, timeZone: 'UTC', language: 'en' },
  ...{ format: 'pdf', sinks: [1], isEnabled: true },
};
const NAMELESS = { ...PLAN, channels: [{ column: 1, name: ' ', unit: '' }] };

const LABEL: NewLabel = {
  ...{ kind: 'activity', activity: 'run', start: 0, end: 1000, author: 'ann', note: '' },
};

const TCP = { kind: 'tcp', host: '127.0.0.1', port: 7000, idleMs: 0 } as const;
const LINES = { kind: 'numbers', names: null, time: null } as const;

const calls: { [K in keyof Api]: Calls<K> } = {
  'app.info': { good: [], bad: [1], where: '0' },
  'app.status': { good: [], bad: [1], where: '0' },
  'settings.get': { good: [], bad: [1], where: '0' },
  'settings.set': {
    good: [{ theme: 'dark' }],
    bad: [{ retentionDays: 0 }],
    where: '0.retentionDays',
  },
  'secret.list': { good: [], bad: [1], where: '0' },
  'secret.set': { good: ['broker', 'x'], bad: ['broker', ''], where: '1' },
  'secret.remove': { good: ['broker'], bad: [''], where: '0' },
  'backend.measure': { good: [], bad: [1], where: '0' },
  'notice.act': { good: [ID, 'open'], bad: ['x', 'open'], where: '0' },
  'upload.begin': { good: ['pump.csv', 0], bad: ['pump.csv', -1], where: '1' },
  'upload.append': {
    good: [ID, Uint8Array.of(1)],
    bad: [ID, new Uint8Array(8 * 1024 * 1024 + 1)],
    where: '1',
  },
  'upload.discard': { good: [ID], bad: ['../../etc/passwd'], where: '0' },
  'csv.preview': { good: [ID, { decimal: ',' }], bad: [ID, { decimal: ';' }], where: '1.decimal' },
  'csv.import': {
    good: [ID, 'Pump', PLAN],
    bad: [ID, 'Pump', NAMELESS],
    where: '2.channels.0.name',
  },
  'learn.start': {
    good: [1, { mode: 'auto', seed: 1, channels: ['Load'], trainRows: 5, train: RANGE }],
    bad: [1, { mode: 'auto', seed: 0.5 }],
    where: '1.seed',
  },
  'demo.create': { good: [], bad: [undefined], where: '0' },
  'job.list': { good: [], bad: [{}], where: '0' },
  'job.cancel': { good: [1], bad: ['1'], where: '0' },
  'job.pause': { good: [1], bad: [-1], where: '0' },
  'job.resume': { good: [1], bad: [], where: '0' },
  'stream.list': { good: [], bad: [null], where: '0' },
  'stream.rename': { good: [1, 'Pump'], bad: [1, 'x'.repeat(201)], where: '1' },
  'stream.remove': { good: [1], bad: [NaN], where: '0' },
  'stream.restore': { good: [1], bad: [], where: '0' },
  'view.series': { good: [1, RANGE, 100], bad: [1, { from: 0 }, 100], where: '1.to' },
  'view.scores': { good: [1, RANGE, 20_000], bad: [1, RANGE, 20_001], where: '2' },
  'model.active': { good: [1], bad: [1, 2], where: '1' },
  'event.list': { good: [1], bad: [2 ** 53], where: '0' },
  'quarantine.list': { good: [1, 0, 1000], bad: [1, 0, 1001], where: '2' },
  'problem.list': { good: [1, RANGE], bad: [1, { from: 0 }], where: '1.to' },
  'event.triage': {
    good: [1, { acknowledged: true, verdict: 'dismissed', note: 'a test', label: '' }],
    bad: [1, { verdict: 'maybe' }],
    where: '1.verdict',
  },
  'feed.list': { good: [], bad: [1], where: '0' },
  'feed.preview': { good: [TCP, null, 3000], bad: [TCP, null, 60_001], where: '2' },
  'feed.create': {
    good: [{ name: 'Press', source: TCP, decoder: LINES, learn: { mode: 'auto', seed: 1 } }],
    bad: [{ name: 'Press', source: { ...TCP, port: 70_000 }, decoder: null }],
    where: '0.source.port',
  },
  'feed.pause': { good: [1], bad: ['1'], where: '0' },
  'feed.resume': { good: [1], bad: [], where: '0' },
  'feed.remove': { good: [1], bad: [-1], where: '0' },
  'monitor.start': {
    good: [1, { mode: 'stream', seed: 1, trainRows: 500 }, 'shadow'],
    bad: [1, { mode: 'stream', seed: 1 }, 'boss'],
    where: '2',
  },
  'monitor.list': { good: [1], bad: [], where: '0' },
  'monitor.role': { good: [1, 'off'], bad: [1, ''], where: '1' },
  'stream.retention': {
    good: [1, { rawDays: 30, rollupDays: null }],
    bad: [1, { rawDays: -1, rollupDays: null }],
    where: '1.rawDays',
  },
  'sink.list': { good: [], bad: [1], where: '0' },
  'sink.save': {
    good: [null, { name: 'Phone', isEnabled: true, config: WEBHOOK }],
    bad: [null, { name: 'Phone', isEnabled: true, config: { ...WEBHOOK, url: 'file:///etc' } }],
    where: '1.config.url',
  },
  'sink.remove': { good: [1], bad: [null], where: '0' },
  'sink.test': { good: [1, 'zh-CN'], bad: [1, 'zh'], where: '1' },
  'rule.list': { good: [], bad: [1], where: '0' },
  'rule.save': {
    good: [3, RULE],
    bad: [3, { ...RULE, rate: { alerts: 0, perMs: 1000 } }],
    where: '1.rate.alerts',
  },
  'rule.restore': { good: [1], bad: ['1'], where: '0' },
  'sink.restore': { good: [1], bad: [-1], where: '0' },
  'schedule.file': { good: [1], bad: ['../x'], where: '0' },
  'rule.remove': { good: [1], bad: [-1], where: '0' },
  'alert.list': { good: [100], bad: [0], where: '0' },
  'alert.acknowledge': { good: [1], bad: ['1'], where: '0' },
  'delivery.list': { good: [null, 100], bad: [null, 1e6], where: '1' },
  'delivery.retry': { good: [ID], bad: ['1'], where: '0' },
  'schedule.list': { good: [], bad: [1], where: '0' },
  'schedule.save': {
    good: [null, SCHEDULE],
    bad: [null, { ...SCHEDULE, at: 1440 }],
    where: '1.at',
  },
  'schedule.remove': { good: [1], bad: [null], where: '0' },
  'schedule.run': { good: [1], bad: [0.5], where: '0' },
  'label.list': { good: [1], bad: ['1'], where: '0' },
  'label.add': {
    good: [[1, 2], LABEL],
    bad: [[1], { ...LABEL, start: 0.5 }],
    where: '1.start',
  },
  'label.addAll': { good: [1, [LABEL]], bad: [1, []], where: '1' },
  'label.change': { good: [1, { end: 9 }], bad: [1, { kind: 'maybe' }], where: '1.kind' },
  'label.remove': { good: [[1]], bad: [[]], where: '0' },
  'label.undo': { good: [1], bad: [null], where: '0' },
  'label.redo': { good: [1], bad: [-1], where: '0' },
  'label.preview': {
    good: [1, ID, { author: '', leaveOut: true }],
    bad: [1, ID, { author: '', leaveOut: 1 }],
    where: '2.leaveOut',
  },
  'label.import': {
    good: [1, ID, { author: 'ann', format: 'hapt', names: ['sit'], experiment: 2 }],
    bad: [1, ID, { author: 'ann', format: 'xlsx' }],
    where: '2.format',
  },
  'label.export': { good: [1, 'elan'], bad: [1, ''], where: '1' },
  'activity.classes': { good: [], bad: [1], where: '0' },
  'activity.colour': { good: ['run', 3], bad: ['run', 256], where: '1' },
  'activity.statistics': { good: [1, null], bad: [1, { from: 0 }], where: '1.to' },
  'activity.export': { good: [1, 'bouts'], bad: [1, 'weeks'], where: '1' },
  'activity.worthLabelling': { good: [1, 10], bad: [1, 0], where: '1' },
  'activity.proposals': { good: [1], bad: [], where: '0' },
  'recogniser.train': {
    good: [{ name: 'Pump', streams: [{ streamId: 1, group: 'a' }], seed: 1, network: 'conv-gru' }],
    bad: [{ name: 'Pump', streams: [], seed: 1 }],
    where: '0.streams',
  },
  'recogniser.list': { good: [], bad: [1], where: '0' },
  'recogniser.active': { good: [1], bad: [0.5], where: '0' },
  'recogniser.activate': { good: [1, 2], bad: [1, '2'], where: '1' },
  'recogniser.rest': { good: [1], bad: [], where: '0' },
  'recogniser.remove': { good: [1], bad: [null], where: '0' },
  'recogniser.evaluate': { good: [1, 2], bad: [1, NaN], where: '1' },
  'segment.list': { good: [1, RANGE], bad: [1, { to: 0 }], where: '1.from' },
  'segment.change': {
    good: [1, { activity: 'run', author: '' }],
    bad: [1, { activity: ' ', author: '' }],
    where: '1.activity',
  },
  'bundle.start': {
    good: [1, { language: 'en', range: null }],
    bad: [1, { language: 'en', range: { from: 0 } }],
    where: '1.range.to',
  },
  'bundle.verify': { good: [ID], bad: ['x.offbeat'], where: '0' },
  'bundle.open': { good: [ID], bad: ['/home/me/x.offbeat'], where: '0' },
  'bundle.series': { good: [ID, RANGE, 100], bad: [ID, RANGE, 0], where: '2' },
  'bundle.scores': { good: [ID, RANGE, 100], bad: [ID, { from: 0 }, 100], where: '1.to' },
  'bundle.report': { good: [ID], bad: [1], where: '0' },
  'job.result': { good: [1], bad: ['1'], where: '0' },
  'event.recompute': { good: [1, 1.5e12], bad: [1, NaN], where: '1' },
  'model.list': { good: [1], bad: ['1'], where: '0' },
  'model.activate': { good: [1], bad: [-1], where: '0' },
  'model.export': { good: [1, 'onnx'], bad: [1, 'pickle'], where: '1' },
  'event.expected': { good: [1, 5], bad: [1, NaN], where: '1' },
  'threshold.apply': {
    good: [1, { method: 'fixed', parameter: 4 }],
    bad: [1, { method: 'fixed', parameter: 0 }],
    where: '1.parameter',
  },
  'threshold.try': {
    good: [1, { method: 'fixed', parameter: 3 }],
    bad: [1, { method: 'fixed', parameter: 0 }],
    where: '1.parameter',
  },
  'threshold.curve': { good: [1, 'spot'], bad: [1, 'guess'], where: '1' },
  'threshold.byVerdicts': { good: [1, 'spot'], bad: [1, 'guess'], where: '1' },
  'layout.get': { good: [1], bad: [null], where: '0' },
  'layout.set': {
    good: [1, { ...PLAIN_LAYOUT, groups: { a: 'Oil' }, scales: { a: [0, 1] } }],
    bad: [1, { ...PLAIN_LAYOUT, showsTable: 1 }],
    where: '1.showsTable',
  },
  'threshold.propose': { good: [1, 'spot', 0.5], bad: [1, 'spot', 0], where: '2' },
  'report.start': {
    good: [1, { language: 'zh-CN', format: 'xlsx', range: RANGE }],
    bad: [1, { language: 'en', format: 'exe', range: null }],
    where: '1.format',
  },
};

const HOSTILE_SINKS: readonly (readonly [string, object])[] = [
  ['1.config.headers.0.value', { ...WEBHOOK, headers: [{ name: 'X', value: 'a\r\nHost: b' }] }],
  ['1.config.headers.0.name', { ...WEBHOOK, headers: [{ name: 'X: y', value: 'a' }] }],
  ['1.config.to.0', { ...EMAIL, to: ['a@b.example\nBcc: c@d.example'] }],
  ['1.config.from', { ...EMAIL, from: 'Offbeat <a@b.example>' }],
  ['1.config.url', { ...WEBHOOK, url: 'javascript:alert(1)' }],
];

function refusal(method: keyof Api, args: readonly unknown[]): unknown {
  try {
    return apiChecks[method](args);
  } catch (error) {
    return error;
  }
}

describe('checks', () => {
  it('knows every method', () => {
    expect(Object.keys(apiChecks).sort()).toEqual(Object.keys(calls).sort());
  });

  describe.each(Object.keys(calls) as (keyof Api)[])('%s', (method) => {
    const { good, bad, where } = calls[method];

    it('lets a good call pass unchanged', () => {
      expect(apiChecks[method](good)).toEqual(good);
    });

    it('refuses a bad call and says where it is wrong', () => {
      const error = refusal(method, bad);
      expect(error).toBeInstanceOf(Failure);
      expect(error).toMatchObject({ code: 'bad-usage' });
      expect((error as Failure).message).toContain(`${method} was called wrongly`);
      expect((error as Failure).message).toContain(`(at ${where}).`);
    });

    it('refuses one argument too many', () => {
      expect(refusal(method, [...good, 'more'])).toMatchObject({ code: 'bad-usage' });
    });
  });

  it('refuses two channels of one name', () => {
    const [channel] = PLAN.channels;
    const twice = { ...PLAN, channels: [channel, { ...channel, column: 2 }] };
    const error = refusal('csv.import', [ID, 'Pump', twice]) as Failure;
    expect(error.message).toMatch(/a name of its own \(at 2\.channels\)/);
  });

  it.each(HOSTILE_SINKS)('refuses a sink by its %s', (where, config) => {
    const sink = { name: 'Phone', isEnabled: true, config };
    const error = refusal('sink.save', [null, sink]) as Failure;
    expect(error.message).toContain(`(at ${where}).`);
  });

  it('trims names', () => {
    expect(apiChecks['stream.rename']([1, '  Pump 7 '])).toEqual([1, 'Pump 7']);
  });

  it('takes bytes for bytes only', () => {
    for (const bytes of ['text', [1, 2], { length: 1 }, new Float64Array(1), new ArrayBuffer(1)]) {
      expect(refusal('upload.append', [ID, bytes])).toMatchObject({ code: 'bad-usage' });
    }
  });
});
