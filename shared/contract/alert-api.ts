/** The part of the contract about alerts: rules, sinks, deliveries, scheduled reports. */
import type {
  Alert,
  AlertRule,
  Delivery,
  KeptRule,
  KeptSchedule,
  KeptSink,
  ReportSchedule,
  Sink,
} from '../domain/alert.ts';
import type { Language } from '../domain/event-words.ts';
import type { ReportFile } from '../domain/report.ts';

export interface AlertApi {
  /** Secrets are shown as SECRET_KEPT; given back so they stay as they are. */
  'sink.list': () => readonly KeptSink[];
  /** A new one when the id is null. */
  'sink.save': (sinkId: number | null, sink: Sink) => KeptSink;
  /** Nothing is sent to it any more; restore brings it back until the workspace is next opened. */
  'sink.remove': (sinkId: number) => void;
  'sink.restore': (sinkId: number) => void;
  /** Sends one message at once; fails with what the other side said. */
  'sink.test': (sinkId: number, language: Language) => void;
  'rule.list': () => readonly KeptRule[];
  'rule.save': (ruleId: number | null, rule: AlertRule) => KeptRule;
  /** Its alerts rest; restore brings it back until the workspace is next opened. */
  'rule.remove': (ruleId: number) => void;
  'rule.restore': (ruleId: number) => void;
  /** Newest first. */
  'alert.list': (limit: number) => readonly Alert[];
  /** Nobody is told again until something new happens. */
  'alert.acknowledge': (alertId: number) => void;
  /** Every message and what became of it, newest first; of all alerts when null. */
  'delivery.list': (alertId: number | null, limit: number) => readonly Delivery[];
  /** Sends at once what failed or waits. */
  'delivery.retry': (key: string) => void;
  'schedule.list': () => readonly KeptSchedule[];
  'schedule.save': (scheduleId: number | null, schedule: ReportSchedule) => KeptSchedule;
  'schedule.remove': (scheduleId: number) => void;
  /** The last one written. */
  'schedule.file': (scheduleId: number) => ReportFile;
  /** Writes the report now, out of turn. */
  'schedule.run': (scheduleId: number) => void;
}

export interface AlertApiEvents {
  /** Alerts, their messages, or scheduled reports. */
  'alert.changed': null;
  /** A sink of kind sound was reached: a window plays it. */
  'alert.sound': { readonly severity: 'low' | 'medium' | 'high' };
}
