/** The reading half of alerts. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { AlertReads } from './alert-store.ts';
import {
  IS_REMOVED,
  alertOf,
  deliveryOf,
  messageOf,
  ruleOf,
  scheduleOf,
  sinkOf,
  type BodyRow,
  type DeliveryRow,
  type RuleRow,
  type ScheduleRow,
} from './alert-rows.ts';
import type { Db } from './database.ts';

export function alertReads(db: Db): AlertReads {
  const all = <T>(sql: string, ...values: unknown[]): T[] => db.prepare(sql).all(...values) as T[];
  const one = <T>(sql: string, ...values: unknown[]): T | undefined =>
    db.prepare(sql).get(...values) as T | undefined;
  const alertOrNull = (sql: string, ...values: unknown[]) => {
    const row = one<BodyRow>(sql, ...values);
    return row ? alertOf(row) : null;
  };
  return {
    'sink.list': () =>
      all<BodyRow>(`SELECT * FROM sink WHERE NOT ${IS_REMOVED} ORDER BY id`).map(sinkOf),
    'rule.list': () =>
      all<RuleRow>(`SELECT * FROM alert_rule WHERE NOT ${IS_REMOVED} ORDER BY id`).map(ruleOf),
    'schedule.list': () =>
      all<ScheduleRow>('SELECT * FROM report_schedule ORDER BY id').map(scheduleOf),
    'alert.list': (limit) =>
      all<BodyRow>('SELECT * FROM alert ORDER BY id DESC LIMIT ?', limit).map(alertOf),
    'alert.get': (id) => {
      const alert = alertOrNull('SELECT * FROM alert WHERE id = ?', id);
      if (!alert) throw new Failure('not-found', `There is no alert ${id}; its rule may be gone.`);
      return alert;
    },
    'alert.ofEvent': (ruleId, eventId) => alertOrNull(OF_EVENT, ruleId, eventId),
    'alert.withEvent': (eventId) => all<BodyRow>(WITH_EVENT, eventId).map(alertOf),
    'alert.goingOn': (ruleId, streamId) => alertOrNull(GOING_ON, ruleId, streamId),
    'alert.due': (now, limit) =>
      all<BodyRow>(`${DUE_ALERTS} ORDER BY due_ms LIMIT ?`, now, limit).map(alertOf),
    'alert.raises': (ruleId, since) =>
      all<{ raised_ms: number }>(RAISES, ruleId, since).map((row) => row.raised_ms),
    'delivery.list': (alertId, limit) =>
      alertId === null
        ? all<DeliveryRow>(LOG, limit).map(deliveryOf)
        : all<DeliveryRow>(LOG_OF_ALERT, alertId, limit).map(deliveryOf),
    'delivery.due': (now, limit) =>
      all<DeliveryRow & { sink_body: string }>(DUE, now, limit).map((row) => ({
        key: row.key,
        sink: sinkOf({ id: row.sink_id!, body: row.sink_body }),
        attempts: row.attempts,
        createdAt: row.created_ms,
        message: messageOf(row),
      })),
    'alert.nextDue': () => one<{ t: number | null }>(NEXT_ALERT)!.t,
    'delivery.nextDue': () => one<{ t: number | null }>(NEXT_DUE)!.t,
  };
}

/** Alerts of a removed rule rest. */
const HAS_RULE = `rule_id IN (SELECT id FROM alert_rule WHERE NOT ${IS_REMOVED})`;
const DUE_ALERTS = `SELECT * FROM alert WHERE due_ms <= ? AND ${HAS_RULE}`;
const NEXT_ALERT = `SELECT min(due_ms) AS t FROM alert WHERE ${HAS_RULE}`;
const OF_EVENT =
  'SELECT alert.* FROM alert_event JOIN alert ON alert.id = alert_id ' +
  'WHERE alert_event.rule_id = ? AND event_id = ?';
const WITH_EVENT =
  'SELECT alert.* FROM alert_event JOIN alert ON alert.id = alert_id WHERE event_id = ?';
const GOING_ON = "SELECT * FROM alert WHERE rule_id = ? AND stream_id = ? AND phase <> 'resolved'";
const RAISES = 'SELECT raised_ms FROM alert WHERE rule_id = ? AND raised_ms > ? ORDER BY raised_ms';
const LOG = 'SELECT * FROM delivery ORDER BY number DESC LIMIT ?';
const LOG_OF_ALERT = 'SELECT * FROM delivery WHERE alert_id = ? ORDER BY number DESC LIMIT ?';
/** One with an earlier one before it, on the same way about the same alert, is not its turn yet. */
const ITS_TURN = `
  delivery.status = 'waiting' AND NOT EXISTS (
    SELECT 1 FROM delivery AS before
    WHERE before.status = 'waiting' AND before.number < delivery.number
      AND before.sink_id = delivery.sink_id AND before.alert_id = delivery.alert_id)`;
/** What waits for a removed sink rests. */
const HAS_SINK = `sink_id IN (SELECT id FROM sink WHERE NOT ${IS_REMOVED})`;
const DUE = `
  SELECT delivery.*, sink.body AS sink_body FROM delivery JOIN sink ON sink.id = sink_id
  WHERE delivery.due_ms <= ? AND ${ITS_TURN} AND ${HAS_SINK}
  ORDER BY delivery.due_ms, number LIMIT ?`;
const NEXT_DUE = `SELECT min(due_ms) AS t FROM delivery WHERE ${ITS_TURN} AND ${HAS_SINK}`;
