/** Alerts as the engine holds them: rules, sinks, the desk that decides, the outbox that sends. */
import { randomUUID } from 'node:crypto';
import { Failure } from '../../../shared/contract/failure.ts';
import type {
  AlertMessage,
  AlertRule,
  KeptRule,
  KeptSink,
  Sink,
} from '../../../shared/domain/alert.ts';
import type { Language } from '../../../shared/domain/event-words.ts';
import type { ReportFile, ReportOrder } from '../../../shared/domain/report.ts';
import type { Secrets } from '../secrets.ts';
import type { Store } from '../store/store-api.ts';
import { AlertDesk, type Occurrence } from './alert-desk.ts';
import { isZone } from './local-time.ts';
import { testMessage } from './message.ts';
import { Outbox } from './outbox.ts';
import { ReportSchedules } from './report-schedules.ts';
import { fillSecrets, hideSecrets, secretName, type SinkSecrets } from './sink-secrets.ts';
import { send, type Tell } from './sinks/send.ts';

export interface AlertsHost {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly now: () => number;
  /** Where scheduled reports are written. */
  readonly reportFolder: string;
  readonly tell: Tell;
  report(streamId: number, order: ReportOrder): Promise<ReportFile>;
  /** Alerts, their messages or scheduled reports changed. */
  onChange(): void;
  /** First pause after a message was refused, ms. */
  readonly retryMs?: number;
}

export class Alerts {
  readonly schedules: ReportSchedules;
  private readonly host: AlertsHost;
  private readonly desk: AlertDesk;
  private readonly outbox: Outbox;

  constructor(host: AlertsHost) {
    const { store, now, onChange, retryMs } = host;
    this.host = host;
    this.outbox = new Outbox({
      ...{ store, now, retryMs, onAttempt: onChange },
      send: (sink, message) => this.send(sink, message),
    });
    const onMessages = (): void => this.outbox.wake();
    const { report, reportFolder: folder } = host;
    this.schedules = new ReportSchedules({ store, now, folder, report, onMessages, onChange });
    const onRaise: (typeof this.schedules)['alert'] = (alert) => this.schedules.alert(alert);
    this.desk = new AlertDesk({ store, now, onMessages, onChange, onRaise });
  }

  /** Goes on with what a former engine left: alerts, messages, reports. */
  async start(): Promise<void> {
    await this.desk.look();
    this.outbox.wake();
    this.schedules.look();
  }

  take(occurrence: Occurrence): Promise<void> {
    return this.desk.take(occurrence);
  }

  acknowledge(alertId: number): Promise<void> {
    return this.desk.acknowledge(alertId);
  }

  /** Throws Failure bad-usage when it names no time zone, or sinks that are not there. */
  async saveRule(id: number | null, rule: AlertRule): Promise<KeptRule> {
    const { store, now } = this.host;
    if (!isZone(rule.timeZone)) {
      throw new Failure('bad-usage', `${rule.timeZone} is no time zone; Europe/Berlin is one.`);
    }
    const known = (await store.read['sink.list']()).map((sink) => sink.id);
    const asked = [...rule.sinks, ...(rule.escalation?.sinks ?? [])];
    const missing = asked.find((sink) => !known.includes(sink));
    if (missing !== undefined) throw new Failure('bad-usage', `There is no sink ${missing}.`);
    const kept = await store.write['rule.save'](id, rule, now());
    await this.desk.look();
    this.host.onChange();
    return kept;
  }

  /** Its secrets are sealed and shown no more. */
  async saveSink(id: number | null, sink: Sink): Promise<KeptSink> {
    const { store, secrets: vault } = this.host;
    const before = id === null ? {} : await this.secretsOf(id);
    const { shown, secrets } = hideSecrets(sink.config, before);
    const kept = await store.write['sink.save'](id, { ...sink, config: shown });
    if (Object.keys(secrets).length > 0) {
      await vault.set(secretName(kept.id), JSON.stringify(secrets));
    } else await vault.remove(secretName(kept.id));
    this.host.onChange();
    return kept;
  }

  async removeSink(id: number): Promise<void> {
    await this.host.store.write['sink.remove'](id);
    this.host.onChange();
  }

  /** What waited for it goes on. */
  async restoreSink(id: number): Promise<void> {
    await this.host.store.write['sink.restore'](id);
    this.outbox.wake();
    this.host.onChange();
  }

  async removeRule(id: number): Promise<void> {
    await this.host.store.write['rule.remove'](id);
    this.host.onChange();
  }

  /** Its alerts go on. */
  async restoreRule(id: number): Promise<void> {
    await this.host.store.write['rule.restore'](id);
    await this.desk.look();
    this.host.onChange();
  }

  /** One attempt, at once; throws Failure with what the other side said. */
  async testSink(id: number, language: Language): Promise<void> {
    const sink = (await this.host.store.read['sink.list']()).find((one) => one.id === id);
    if (!sink) throw new Failure('not-found', `There is no sink ${id}.`);
    try {
      await this.send(sink, testMessage(randomUUID(), language, this.host.now()));
    } catch (error) {
      throw new Failure('refused', `${sink.name}: ${(error as Error).message}`);
    }
  }

  /** Sends again what failed, at once. */
  async retry(key: string): Promise<void> {
    await this.host.store.write['delivery.retry'](key, this.host.now());
    this.outbox.wake();
  }

  /** A window came: what waited for one is tried at once. */
  wake(): void {
    this.outbox.wake();
  }

  async close(): Promise<void> {
    await this.desk.close();
    await this.schedules.close();
    await this.outbox.close();
  }

  private async send(sink: KeptSink, message: AlertMessage): Promise<void> {
    const config = fillSecrets(sink.config, await this.secretsOf(sink.id));
    await send(config, message, this.host.tell);
  }

  private async secretsOf(sinkId: number): Promise<SinkSecrets> {
    const name = secretName(sinkId);
    const kept = await this.host.secrets.list();
    if (!kept.some((secret) => secret.name === name)) return {};
    return JSON.parse(await this.host.secrets.get(name)) as SinkSecrets;
  }
}
