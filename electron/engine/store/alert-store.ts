/** What the store answers about alerts; part of the interfaces in store-api.ts. */
import type {
  Alert,
  AlertMessage,
  AlertRule,
  Delivery,
  DeliveryStatus,
  KeptRule,
  KeptSchedule,
  KeptSink,
  ReportSchedule,
  Sink,
} from '../../../shared/domain/alert.ts';

export interface NewDelivery {
  readonly sinkId: number;
  readonly message: AlertMessage;
}

/** An alert with what it tells, in one transaction. An id of 0 is a new one. */
export interface AlertCommit {
  readonly alert: Alert;
  readonly deliveries: readonly NewDelivery[];
}

export interface DeliveryOutcome {
  readonly status: DeliveryStatus;
  readonly dueAt: number | null;
  readonly doneAt: number | null;
  readonly error: string;
}

export interface DueDelivery {
  readonly key: string;
  readonly sink: KeptSink;
  readonly attempts: number;
  readonly createdAt: number;
  readonly message: AlertMessage;
}

export interface ScheduleOutcome {
  readonly nextAt: number | null;
  readonly lastAt: number;
  readonly lastFile: string;
  readonly error: string;
  readonly deliveries: readonly NewDelivery[];
}

export interface AlertWrites {
  /** A new one when the id is null. Throws Failure not-found. */
  'sink.save': (id: number | null, sink: Sink) => KeptSink;
  /** Hides it, and nothing is sent to it; purged when the workspace is next opened. */
  'sink.remove': (id: number) => void;
  'sink.restore': (id: number) => void;
  /** since: ms; kept from before when the rule is known. */
  'rule.save': (id: number | null, rule: AlertRule, since: number) => KeptRule;
  /** Hides it, and its alerts rest; purged when the workspace is next opened. */
  'rule.remove': (id: number) => void;
  'rule.restore': (id: number) => void;
  'schedule.save': (
    id: number | null,
    schedule: ReportSchedule,
    nextAt: number | null,
  ) => KeptSchedule;
  'schedule.remove': (id: number) => void;
  /** The next time and the messages about the report in one transaction. */
  'schedule.done': (id: number, outcome: ScheduleOutcome, now: number) => void;
  'alert.commit': (commit: AlertCommit, now: number) => Alert;
  'delivery.add': (deliveries: readonly NewDelivery[], now: number) => void;
  /** Counts the attempt. */
  'delivery.done': (key: string, outcome: DeliveryOutcome) => void;
  /** Lets one that failed or waits go at once. Throws Failure not-found. */
  'delivery.retry': (key: string, now: number) => void;
}

export interface AlertReads {
  'sink.list': () => readonly KeptSink[];
  'rule.list': () => readonly KeptRule[];
  'schedule.list': () => readonly KeptSchedule[];
  /** Newest first. */
  'alert.list': (limit: number) => readonly Alert[];
  /** Failure not-found when absent. */
  'alert.get': (id: number) => Alert;
  /** The alert of the rule that took the event; null when none did. */
  'alert.ofEvent': (ruleId: number, eventId: number) => Alert | null;
  /** All that took the event. */
  'alert.withEvent': (eventId: number) => readonly Alert[];
  /** The one that is not resolved. */
  'alert.goingOn': (ruleId: number, streamId: number) => Alert | null;
  'alert.due': (now: number, limit: number) => readonly Alert[];
  /** Times at which the rule raised an alert after `since`, ascending. */
  'alert.raises': (ruleId: number, since: number) => readonly number[];
  /** Newest first; of all alerts when null. */
  'delivery.list': (alertId: number | null, limit: number) => readonly Delivery[];
  /** One per sink and alert: the messages of an alert reach a sink in their order. */
  'delivery.due': (now: number, limit: number) => readonly DueDelivery[];
  /** When the clock has to look next, ms; null: never. */
  'alert.nextDue': () => number | null;
  'delivery.nextDue': () => number | null;
}
