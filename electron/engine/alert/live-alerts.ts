/**
 * From what live models and checks find to alerts. What changed while no engine ran, or just before
 * one was killed, is offered again at the start; the desk knows what it has seen.
 */
import type { AlertEvent } from '../../../shared/domain/alert.ts';
import { eventSentence, type Language } from '../../../shared/domain/event-words.ts';
import type { EventChange, KeptEvent, KeptProblem } from '../../../shared/domain/kept-event.ts';
import { problemSentence } from '../../../shared/domain/problem-words.ts';
import type { StreamInfo } from '../../../shared/domain/stream.ts';
import { log } from '../log.ts';
import { activityAt } from '../report/report-of.ts';
import type { Store } from '../store/store-api.ts';
import type { Occurrence } from './alert-desk.ts';
import type { Alerts } from './alerts.ts';

/** Events that ended longer ago are history when an engine starts. */
const CATCH_UP_MS = 24 * 3_600_000;

export class LiveAlerts {
  private readonly store: Store;
  private readonly alerts: Pick<Alerts, 'take' | 'close'>;
  private readonly hearing = new Set<Promise<void>>();

  constructor(store: Store, alerts: Pick<Alerts, 'take' | 'close'>) {
    this.store = store;
    this.alerts = alerts;
  }

  /** Does not wait: detection goes on while alerts are made. */
  hear(change: EventChange): void {
    const heard = this.take(change).catch((error: unknown) => {
      log.error('An alert could not be made.', error);
    });
    this.hearing.add(heard);
    void heard.finally(() => this.hearing.delete(heard));
  }

  /** Ends the alerts, once what was heard was taken. */
  async close(): Promise<void> {
    while (this.hearing.size > 0) await Promise.all(this.hearing);
    await this.alerts.close();
  }

  /** All that streams with a feed found of late. */
  async catchUp(now: number): Promise<void> {
    const { read } = this.store;
    const range = { from: now - CATCH_UP_MS, to: now };
    const streams = (await read['feed.list']()).map(({ streamId }) => streamId);
    for (const streamId of streams) {
      const card = await read['model.active'](streamId);
      const events = card ? await read['event.list'](card.id) : [];
      const isHistory = (start: number): boolean => start <= (card?.historyTo ?? -Infinity);
      const isNews = ({ isOpen, start, end }: KeptEvent): boolean =>
        !isHistory(start) && (isOpen || end >= range.from);
      for (const event of events.filter(isNews)) await this.take({ source: 'model', event });
      for (const problem of await read['problem.list'](streamId, range)) {
        // Of all kinds it alone is the model's, which found it in its history too.
        if (problem.kind === 'shape' && isHistory(problem.start)) continue;
        await this.take({ source: 'data', problem });
      }
    }
  }

  private async take(change: EventChange): Promise<void> {
    const { streamId, triage } = change.source === 'model' ? change.event : change.problem;
    const stream = await this.store.read['stream.get'](streamId);
    if (change.source === 'model') {
      // A shadow scores and keeps events, but nobody is alarmed.
      const active = await this.store.read['model.active'](streamId);
      if (active?.id !== change.event.modelId) return;
    }
    const { start } = change.source === 'model' ? change.event : change.problem;
    const segments = await this.store.read['segment.list'](streamId, {
      from: start - 1,
      to: start,
    });
    const activity = activityAt(segments, { start });
    const occurrence: Occurrence = {
      ...{ streamId, streamName: stream.name, hasTime: stream.hasTime },
      event: (language) =>
        change.source === 'model'
          ? anomalyOf(change.event, stream, activity, language)
          : problemOf(change.problem, stream, activity, language),
      isAcknowledged: triage.acknowledged !== null,
      isDismissed: triage.verdict === 'dismissed',
    };
    await this.alerts.take(occurrence);
  }
}

function anomalyOf(
  event: KeptEvent,
  stream: StreamInfo,
  activity: string,
  language: Language,
): AlertEvent {
  const [first] = event.channels;
  const { id, severity, start, end, isOpen } = event;
  return {
    ...{ id, topic: 'anomaly', severity, start, end, isOpen },
    ...{ channel: first.name, unit: unitOf(stream, first.name), activity },
    observed: finite(first.observed),
    expectedLow: finite(first.expectedLow),
    expectedHigh: finite(first.expectedHigh),
    sentence: eventSentence(event, stream.channels, language),
  };
}

/** Rows are lost, or cannot be had: worth a look, while the machine itself may be well. */
function problemOf(
  problem: KeptProblem,
  stream: StreamInfo,
  activity: string,
  language: Language,
): AlertEvent {
  const { id, channel, start, end, isOpen } = problem;
  return {
    ...{ id, topic: 'data', severity: 'medium', start, end, isOpen },
    ...{ channel, unit: unitOf(stream, channel), activity },
    ...{ observed: null, expectedLow: null, expectedHigh: null },
    sentence: problemSentence(problem, language),
  };
}

function unitOf({ channels }: StreamInfo, name: string): string {
  return channels.find((channel) => channel.name === name)?.unit ?? '';
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
