/** What becomes an alert, when it is told, and when it is over, on a clock that is set by hand. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endOfPart, isWithin, nextAt } from '../../electron/engine/alert/local-time.ts';
import { matches } from '../../electron/engine/alert/rule-match.ts';
import type {
  AlertConditions,
  AlertEvent,
  AlertRule,
  EmailConfig,
  KeptRule,
} from '../../shared/domain/alert.ts';
import { temporaryStore, type TemporaryStore } from '../store/temporary-store.ts';
import {
  alertPlace,
  MINUTE_MS,
  NOON_MS,
  occurrence,
  pressStream,
  RULE,
  type AlertPlace,
} from './alert-place.ts';

const HOUR_MS = 60 * MINUTE_MS;

describe('conditions', () => {
  const event = (part: Partial<AlertEvent>): AlertEvent =>
    occurrence(1, { id: 1, ...part }).event('en');
  const asks = (when: Partial<AlertConditions>, part: Partial<AlertEvent> = {}): boolean => {
    const rule = { ...RULE, id: 1, since: 0, when: { ...RULE.when, ...when } };
    return matches(rule, 1, event(part));
  };

  it.each<[string, Partial<AlertConditions>, Partial<AlertEvent>, boolean]>([
    ['severity', { severity: 'high' }, { severity: 'medium' }, false],
    ['severity reached', { severity: 'medium' }, { severity: 'high' }, true],
    ['another stream', { streams: [2] }, {}, false],
    ['its channel', { channels: ['pressure'] }, {}, true],
    ['another channel', { channels: ['flow'] }, {}, false],
    ['its activity', { activities: ['idle'] }, { activity: 'idle' }, true],
    ['another activity', { activities: ['idle'] }, { activity: 'load' }, false],
    ['too little above', { effectMin: 3.6 }, {}, false],
    ['far enough above', { effectMin: 3.5 }, {}, true],
    ['far enough below', { effectMin: 2 }, { observed: 1 }, true],
    ['inside of the range', { effectMin: 0.1 }, { observed: 3.5 }, false],
    ['nothing to measure', { effectMin: 9 }, { observed: null }, true],
    ['too short', { lengthMinMs: MINUTE_MS + 1 }, {}, false],
    ['long enough', { lengthMinMs: MINUTE_MS }, {}, true],
    ['another topic', { topics: ['data'] }, {}, false],
    ['in its hours', { hours: { from: 719, to: 721, weekdays: [3] } }, {}, true],
    ['on another day', { hours: { from: 719, to: 721, weekdays: [4] } }, {}, false],
  ])('%s', (_, when, part, expected) => {
    expect(asks(when, part)).toBe(expected);
  });

  it('events from before the rule are none of its business', () => {
    expect(matches({ ...RULE, id: 1, since: NOON_MS + 1 }, 1, event({}))).toBe(false);
  });
});

describe('local time', () => {
  it('goes over midnight, by the day on which it began', () => {
    const night = { from: 22 * 60, to: 6 * 60, weekdays: [5] };
    const friday = Date.UTC(2026, 4, 8, 23);
    expect(isWithin(friday, night, 'UTC')).toBe(true);
    expect(isWithin(friday + 4 * HOUR_MS, night, 'UTC')).toBe(true);
    expect(isWithin(friday + 24 * HOUR_MS, night, 'UTC')).toBe(false);
    expect(endOfPart(friday, night, 'UTC')).toBe(Date.UTC(2026, 4, 9, 6));
  });

  it('knows zones and the night when the clock is set', () => {
    // 2026-03-29, 02:00 in Berlin becomes 03:00: 07:00 is an hour nearer.
    const evening = Date.UTC(2026, 2, 28, 20);
    expect(nextAt(evening, 7 * 60, null, 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 29, 5));
    expect(nextAt(evening, 7 * 60, 1, 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 30, 5));
  });
});

describe('alerts', () => {
  let kept: TemporaryStore;
  let place: AlertPlace;
  let streamId: number;
  let sinks: { bell: number; boss: number };
  beforeEach(async () => {
    kept = await temporaryStore();
    streamId = await pressStream(kept.store);
    place = alertPlace(kept.store);
    const sink = { isEnabled: true, config: { kind: 'desktop' } } as const;
    const bell = await place.alerts.saveSink(null, { ...sink, name: 'Bell' });
    const boss = await place.alerts.saveSink(null, { ...sink, name: 'Boss' });
    sinks = { bell: bell.id, boss: boss.id };
  });
  afterEach(async () => {
    await place.alerts.close();
    await kept.remove();
  });

  const rule = (part: Partial<AlertRule>): Promise<unknown> =>
    place.alerts.saveRule(null, { ...RULE, sinks: [sinks.bell], ...part });
  const take = (part: Partial<AlertEvent> & { id: number }, more = {}): Promise<void> =>
    place.alerts.take(occurrence(streamId, part, more));
  /** Titles of all messages so far, oldest first: what was decided, whether sent yet or not. */
  const told = async (): Promise<string[]> => {
    const log = await kept.store.read['delivery.list'](null, 100);
    return log.map(({ kind, sinkName }) => `${kind} ${sinkName}`).reverse();
  };

  it('tells the begin and the end, once, however often an event comes', async () => {
    await rule({});
    await take({ id: 1, isOpen: true });
    await take({ id: 1, isOpen: true });
    await take({ id: 1, isOpen: true, severity: 'high' });
    expect(await told()).toEqual(['raise Bell']);
    await take({ id: 1 });
    await take({ id: 1 });
    expect(await told()).toEqual(['raise Bell', 'resolve Bell']);
    const [alert] = await kept.store.read['alert.list'](10);
    expect(alert).toMatchObject({ phase: 'resolved', severity: 'high', count: 1 });
  });

  it('groups what comes together', async () => {
    await rule({ groupMs: MINUTE_MS });
    for (const id of [1, 2, 3]) await take({ id, isOpen: true });
    expect(await told()).toEqual([]);
    await place.at(NOON_MS + MINUTE_MS);
    expect(await told()).toEqual(['raise Bell']);
    const [{ title }] = await kept.store.read['delivery.list'](null, 1);
    expect(title).toBe('◆ Press: 3 events');
  });

  it('is over only when it stays so', async () => {
    await rule({ holdMs: 10 * MINUTE_MS });
    await take({ id: 1 });
    await place.at(NOON_MS + 9 * MINUTE_MS);
    await take({ id: 2, isOpen: true });
    await place.at(NOON_MS + HOUR_MS);
    expect(await told()).toEqual(['raise Bell']);
    await take({ id: 2 });
    await place.at(NOON_MS + HOUR_MS + 10 * MINUTE_MS);
    expect(await told()).toEqual(['raise Bell', 'resolve Bell']);
  });

  it('tells no more than its rate; what waits gathers', async () => {
    await rule({ rate: { alerts: 2, perMs: HOUR_MS }, tellsEnd: false });
    for (const id of [1, 2, 3, 4]) await take({ id });
    expect(await told()).toEqual(['raise Bell', 'raise Bell']);
    const [waiting] = await kept.store.read['alert.list'](1);
    expect(waiting).toMatchObject({ phase: 'waiting', heldBy: 'rate', count: 2 });
    await place.at(NOON_MS + HOUR_MS);
    expect(await told()).toHaveLength(3);
  });

  it('keeps quiet until the hours end, but for what is grave', async () => {
    const hours = { from: 11 * 60, to: 13 * 60, weekdays: [] };
    await rule({ quiet: { hours, passes: 'high' } });
    await take({ id: 1 });
    expect(await told()).toEqual([]);
    await place.at(Date.UTC(2026, 4, 6, 13));
    expect(await told()).toEqual(['raise Bell', 'resolve Bell']);
    await place.at(Date.UTC(2026, 4, 7, 12));
    await take({ id: 2, isOpen: true, severity: 'high' });
    expect(await told()).toHaveLength(3);
  });

  it('asks others while nobody acknowledges', async () => {
    await rule({ escalation: { afterMs: HOUR_MS, sinks: [sinks.boss], times: 2 } });
    await take({ id: 1, isOpen: true });
    await place.at(NOON_MS + HOUR_MS);
    await place.at(NOON_MS + 2 * HOUR_MS);
    await place.at(NOON_MS + 9 * HOUR_MS);
    expect(await told()).toEqual(['raise Bell', 'escalate Boss', 'escalate Boss']);
  });

  it('asks nobody once it is acknowledged, as alert or as event', async () => {
    await rule({ escalation: { afterMs: HOUR_MS, sinks: [sinks.boss], times: 9 } });
    await take({ id: 1, isOpen: true });
    const [{ id }] = await kept.store.read['alert.list'](1);
    await place.alerts.acknowledge(id);
    await place.at(NOON_MS + 9 * HOUR_MS);
    await take({ id: 1 });
    await take({ id: 2, isOpen: true });
    await take({ id: 2, isOpen: true }, { isAcknowledged: true });
    await place.at(NOON_MS + 20 * HOUR_MS);
    expect(await told()).toEqual(['raise Bell', 'resolve Bell', 'raise Bell']);
  });

  it('ends with a false alarm, and does not begin with one', async () => {
    await rule({ groupMs: MINUTE_MS });
    await take({ id: 1, isOpen: true });
    await take({ id: 1, isOpen: true }, { isDismissed: true });
    await take({ id: 2, isOpen: true }, { isDismissed: true });
    await place.at(NOON_MS + HOUR_MS);
    expect(await told()).toEqual([]);
  });

  it('a window that is closed is told when it opens; nothing overtakes', async () => {
    place.isListening = false;
    await rule({});
    await take({ id: 1 });
    await expect
      .poll(() => kept.store.read['delivery.list'](null, 9), { timeout: 20_000 })
      .toMatchObject([
        { kind: 'resolve', status: 'waiting', attempts: 0 },
        { kind: 'raise', status: 'waiting', attempts: expect.toSatisfy((n: number) => n > 0) },
      ]);
    place.isListening = true;
    await place.at(NOON_MS + HOUR_MS);
    await expect.poll(() => place.told.length, { timeout: 20_000 }).toBe(2);
    expect(place.told.map(({ message }) => message.kind)).toEqual(['raise', 'resolve']);
  });

  it('keeps secrets out of its rows, and gives them back as they were', async () => {
    const config: EmailConfig = {
      ...{ kind: 'email', host: '127.0.0.1', port: 1, security: 'plain', user: 'me' },
      ...{ password: 'hush', from: 'a@b.example', to: ['c@d.example'] },
    };
    const sink = await place.alerts.saveSink(null, { name: 'M', isEnabled: true, config });
    expect(JSON.stringify(await kept.store.read['sink.list']())).not.toContain('hush');
    await place.alerts.saveSink(sink.id, { ...sink, name: 'Mail' });
    const secret = await kept.store.read['secret.get'](`sink.${sink.id}`);
    expect(new TextDecoder().decode(secret!.sealed)).toBe('{"password":"hush"}');
    await place.alerts.removeSink(sink.id);
    await place.alerts.close();
    await kept.reopen();
    expect(await kept.store.read['secret.get'](`sink.${sink.id}`)).toBeNull();
  });

  it('a removed rule rests, comes back, and goes for good at the next start', async () => {
    const { id } = (await rule({ groupMs: HOUR_MS })) as KeptRule;
    await take({ id: 1 });
    await place.alerts.removeRule(id);
    await place.at(NOON_MS + 2 * HOUR_MS);
    expect(await kept.store.read['rule.list']()).toEqual([]);
    expect(await told()).toEqual([]);
    await place.alerts.restoreRule(id);
    expect(await told()).toEqual(['raise Bell', 'resolve Bell']);
    await place.alerts.removeRule(id);
    await place.alerts.close();
    await kept.reopen();
    expect(await kept.store.read['alert.list'](9)).toEqual([]);
  });

  it('what waits for a removed sink rests, and is dropped at the next start', async () => {
    place.isListening = false;
    await rule({ tellsEnd: false });
    await take({ id: 1 });
    await place.alerts.removeSink(sinks.bell);
    place.isListening = true;
    await place.at(NOON_MS + HOUR_MS);
    expect(place.told).toEqual([]);
    await place.alerts.restoreSink(sinks.bell);
    await expect.poll(() => place.told.length, { timeout: 20_000 }).toBe(1);
    place.isListening = false;
    await take({ id: 2, start: NOON_MS + HOUR_MS });
    await place.alerts.removeSink(sinks.bell);
    await place.alerts.close();
    await kept.reopen();
    const [last] = await kept.store.read['delivery.list'](null, 1);
    expect(last).toMatchObject({ status: 'dropped', sinkId: null, sinkName: 'Bell' });
  });

  it('refuses a rule for no zone or no sink', async () => {
    await expect(rule({ timeZone: 'Mars/Base' })).rejects.toMatchObject({ code: 'bad-usage' });
    await expect(rule({ sinks: [99] })).rejects.toMatchObject({ code: 'bad-usage' });
  });
});
