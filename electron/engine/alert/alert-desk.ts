/**
 * Takes what models and checks found, and makes alerts of it by the rules. Everything it decides
 * is in the store before anything is sent; taking the same event twice changes nothing, so that
 * after a crash it is simply offered again.
 */
import { randomUUID } from 'node:crypto';
import type { Alert, AlertEvent, KeptRule } from '../../../shared/domain/alert.ts';
import type { Language } from '../../../shared/domain/event-words.ts';
import { log } from '../log.ts';
import type { NewDelivery } from '../store/alert-store.ts';
import type { Store } from '../store/store-api.ts';
import {
  acknowledge,
  dropEvent,
  openAlert,
  takeEvent,
  tick,
  type RaiseTimes,
  type Step,
} from './alert-steps.ts';
import { alertMessage } from './message.ts';
import { matches } from './rule-match.ts';

/** An event as it stands now, for rules of any language. */
export interface Occurrence {
  readonly streamId: number;
  readonly streamName: string;
  readonly hasTime: boolean;
  readonly event: (language: Language) => AlertEvent;
  readonly isAcknowledged: boolean;
  /** Called a false alarm. */
  readonly isDismissed: boolean;
}

export interface DeskHost {
  readonly store: Store;
  readonly now: () => number;
  /** Something lies in the outbox. */
  onMessages(): void;
  onChange(alert: Alert): void;
  /** Just raised, its messages stored. */
  onRaise(alert: Alert): void;
}

const DUE_AT_ONCE = 64;
const LOOK_MS_MAX = 60_000;

export class AlertDesk {
  private readonly host: DeskHost;
  private line: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  private isClosed = false;

  constructor(host: DeskHost) {
    this.host = host;
  }

  /** Resolves when what follows from it is stored. */
  take(occurrence: Occurrence): Promise<void> {
    return this.next(async () => {
      for (const rule of await this.host.store.read['rule.list']()) {
        await this.follow(rule, occurrence);
      }
    });
  }

  acknowledge(alertId: number): Promise<void> {
    return this.next(async () => {
      const before = await this.host.store.read['alert.get'](alertId);
      await this.keep(before, { alert: acknowledge(before, this.host.now()), tells: [] });
    });
  }

  /** Looks at the clock: at the start, and after rules changed. */
  look(): Promise<void> {
    return this.next(async () => undefined);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    if (this.timer) clearTimeout(this.timer);
    await this.line;
  }

  /** One after another; each ends with what the clock says. */
  private next(work: () => Promise<void>): Promise<void> {
    const done = this.line.then(async () => {
      if (this.isClosed) return;
      await work();
      await this.tickAll();
    });
    this.line = done.catch(() => undefined);
    return done;
  }

  private async follow(rule: KeptRule, occurrence: Occurrence): Promise<void> {
    const { store, now } = this.host;
    const event = occurrence.event(rule.language);
    const known = await store.read['alert.ofEvent'](rule.id, event.id);
    if (known) {
      if (known.phase === 'resolved') return;
      const taken = occurrence.isDismissed
        ? dropEvent(rule, known, event.id, now())
        : takeEvent(rule, known, event, now());
      const alert = occurrence.isAcknowledged ? acknowledge(taken, now()) : taken;
      return this.keep(known, { alert, tells: [] });
    }
    const { streamId, isDismissed, isAcknowledged } = occurrence;
    if (isDismissed || isAcknowledged || !matches(rule, streamId, event)) return;
    const going = await store.read['alert.goingOn'](rule.id, streamId);
    const { streamName, hasTime } = occurrence;
    const about = { ruleId: rule.id, ruleName: rule.name, streamId, streamName, hasTime };
    const alert = going
      ? takeEvent(rule, going, event, now())
      : openAlert(rule, about, event, now());
    await this.keep(going, { alert, tells: [] });
  }

  private async tickAll(): Promise<void> {
    const { store, now } = this.host;
    for (;;) {
      const due = await store.read['alert.due'](now(), DUE_AT_ONCE);
      if (due.length === 0) break;
      const rules = new Map((await store.read['rule.list']()).map((rule) => [rule.id, rule]));
      for (const alert of due) {
        const rule = rules.get(alert.ruleId);
        if (rule) await this.keep(alert, tick(rule, alert, await this.raises(rule), now()));
      }
    }
    const next = await store.read['alert.nextDue']();
    if (this.timer) clearTimeout(this.timer);
    if (next === null || this.isClosed) return;
    const pause = Math.min(LOOK_MS_MAX, Math.max(0, next - now()));
    this.timer = setTimeout(() => {
      this.look().catch((error: unknown) => log.error('Alerts could not be looked at.', error));
    }, pause);
    this.timer.unref();
  }

  private async raises({ id, rate }: KeptRule): Promise<RaiseTimes> {
    if (!rate) return [];
    return this.host.store.read['alert.raises'](id, this.host.now() - rate.perMs);
  }

  /** The alert and its messages in one transaction. */
  private async keep(before: Alert | null, { alert, tells }: Step): Promise<void> {
    const { store, now, onChange, onMessages, onRaise } = this.host;
    if (before && tells.length === 0 && JSON.stringify(before) === JSON.stringify(alert)) return;
    const rules = tells.length > 0 ? await store.read['rule.list']() : [];
    const rule = rules.find(({ id }) => id === alert.ruleId);
    const deliveries: NewDelivery[] = tells.flatMap(({ kind, sinks }) =>
      sinks.map((sinkId) => ({
        sinkId,
        message: alertMessage(rule!, alert, kind, randomUUID(), now()),
      })),
    );
    const kept = await store.write['alert.commit']({ alert, deliveries }, now());
    onChange(kept);
    if (deliveries.length > 0) onMessages();
    if (tells.some(({ kind }) => kind === 'raise')) onRaise(kept);
  }
}
