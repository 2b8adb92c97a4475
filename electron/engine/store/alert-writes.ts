/** The writing half of alerts: an alert and what it tells are one transaction. */
import { Failure } from '../../../shared/contract/failure.ts';
import type { Alert } from '../../../shared/domain/alert.ts';
import type { AlertWrites, NewDelivery } from './alert-store.ts';
import {
  IS_REMOVED,
  ruleOf,
  scheduleOf,
  sinkOf,
  type BodyRow,
  type ScheduleRow,
} from './alert-rows.ts';
import type { Db } from './database.ts';

/** Messages of the past that stay in the log. */
const LOG_MAX = 20_000;
const ALERTS_MAX = 5000;

export function alertWrites(db: Db): AlertWrites {
  purgeRemoved(db);
  return { ...setupWrites(db), ...scheduleWrites(db), ...lifeWrites(db) };
}

type SetupWrites = Pick<AlertWrites, Extract<keyof AlertWrites, `${'sink' | 'rule'}.${string}`>>;
type ScheduleWrites = Pick<AlertWrites, Extract<keyof AlertWrites, `schedule.${string}`>>;
type LifeWrites = Omit<AlertWrites, keyof SetupWrites | keyof ScheduleWrites>;

function setupWrites(db: Db): SetupWrites {
  return {
    'sink.save': (id, sink) => {
      const body = JSON.stringify(sink);
      const row =
        id === null
          ? db.prepare('INSERT INTO sink (body) VALUES (?) RETURNING *').get(body)
          : db.prepare('UPDATE sink SET body = ? WHERE id = ? RETURNING *').get(body, id);
      return sinkOf(found(row, 'sink', id));
    },
    ...hiding(db, 'sink'),
    'rule.save': (id, rule, since) => {
      const body = JSON.stringify(rule);
      const insert = 'INSERT INTO alert_rule (since_ms, body) VALUES (?, ?) RETURNING *';
      const update = 'UPDATE alert_rule SET body = ? WHERE id = ? RETURNING *';
      const row =
        id === null ? db.prepare(insert).get(since, body) : db.prepare(update).get(body, id);
      return ruleOf(found(row, 'rule', id));
    },
    ...hiding(db, 'rule'),
  };
}

type Hideable = 'sink' | 'rule';
type Hiding<K extends Hideable> = Pick<AlertWrites, `${K}.remove` | `${K}.restore`>;

/** A removed one keeps its row, so that it can come back with all that hangs on it. */
function hiding<K extends Hideable>(db: Db, kind: K): Hiding<K> {
  const table = kind === 'sink' ? 'sink' : 'alert_rule';
  const hide = db.prepare(
    `UPDATE ${table} SET body = json_set(body, '$.isRemoved', json('true')) WHERE id = ?`,
  );
  const show = db.prepare(
    `UPDATE ${table} SET body = json_remove(body, '$.isRemoved') WHERE id = ?`,
  );
  const restore = (id: number): void => {
    if (show.run(id).changes > 0) return;
    throw new Failure('not-found', `There is no ${kind} ${id} any more; make it anew.`);
  };
  const remove = (id: number): void => void hide.run(id);
  return { [`${kind}.remove`]: remove, [`${kind}.restore`]: restore } as Hiding<K>;
}

/** What was removed goes for good, when the workspace opens. */
function purgeRemoved(db: Db): void {
  const removed = (table: string): number[] =>
    db.prepare(`SELECT id FROM ${table} WHERE ${IS_REMOVED}`).pluck().all() as number[];
  db.transaction(() => {
    for (const id of removed('sink')) {
      db.prepare(
        "UPDATE delivery SET status = 'dropped', due_ms = NULL " +
          "WHERE sink_id = ? AND status = 'waiting'",
      ).run(id);
      db.prepare('DELETE FROM secret WHERE name = ?').run(`sink.${id}`);
      db.prepare('DELETE FROM sink WHERE id = ?').run(id);
    }
    for (const id of removed('alert_rule')) {
      db.prepare('DELETE FROM alert_rule WHERE id = ?').run(id);
    }
  })();
}

function found<T extends BodyRow>(row: unknown, what: string, id: number | null): T {
  if (row) return row as T;
  throw new Failure('not-found', `There is no ${what} ${id}; it may have been removed.`);
}

function scheduleWrites(db: Db): ScheduleWrites {
  return {
    'schedule.save': (id, schedule, nextAt) => {
      const body = JSON.stringify(schedule);
      const values = [schedule.streamId, nextAt, body];
      const insert =
        'INSERT INTO report_schedule (stream_id, next_ms, body) VALUES (?, ?, ?) RETURNING *';
      const update =
        'UPDATE report_schedule SET stream_id = ?, next_ms = ?, body = ? WHERE id = ? RETURNING *';
      const row =
        id === null ? db.prepare(insert).get(...values) : db.prepare(update).get(...values, id);
      return scheduleOf(found<ScheduleRow>(row, 'scheduled report', id));
    },
    'schedule.remove': (id) => {
      db.prepare('DELETE FROM report_schedule WHERE id = ?').run(id);
    },
    'schedule.done': db.transaction((id, { nextAt, lastAt, lastFile, error, deliveries }, now) => {
      db.prepare(
        'UPDATE report_schedule SET next_ms = ?, last_ms = ?, last_file = ?, error = ? ' +
          'WHERE id = ?',
      ).run(nextAt, lastAt, lastFile, error, id);
      addDeliveries(db, deliveries, null, now);
    }),
  };
}

function lifeWrites(db: Db): LifeWrites {
  return {
    'alert.commit': db.transaction(({ alert, deliveries }, now) => {
      const kept = putAlert(db, alert);
      const join = db.prepare(
        'INSERT OR IGNORE INTO alert_event (rule_id, event_id, alert_id) VALUES (?, ?, ?)',
      );
      for (const { id } of kept.events) join.run(kept.ruleId, id, kept.id);
      addDeliveries(db, deliveries, kept.id, now);
      return kept;
    }),
    'delivery.add': db.transaction((deliveries, now) => addDeliveries(db, deliveries, null, now)),
    'delivery.done': (key, { status, dueAt, doneAt, error }) => {
      db.prepare(
        'UPDATE delivery SET status = ?, attempts = attempts + 1, due_ms = ?, done_ms = ?, ' +
          "error = ? WHERE key = ? AND status = 'waiting'",
      ).run(status, dueAt, doneAt, error, key);
    },
    'delivery.retry': (key, now) => {
      const { changes } = db
        .prepare(
          "UPDATE delivery SET status = 'waiting', due_ms = ?, done_ms = NULL " +
            "WHERE key = ? AND status IN ('waiting', 'failed') AND sink_id IS NOT NULL",
        )
        .run(now, key);
      if (changes === 0) {
        throw new Failure('not-found', 'This message was sent, or its sink was removed.');
      }
    },
  };
}

function putAlert(db: Db, alert: Alert): Alert {
  const { id, ruleId, streamId, phase, openedAt, raisedAt, dueAt } = alert;
  const columns = [ruleId, streamId, phase, openedAt, raisedAt, dueAt];
  if (id !== 0) {
    db.prepare(
      'UPDATE alert SET rule_id = ?, stream_id = ?, phase = ?, opened_ms = ?, raised_ms = ?, ' +
        'due_ms = ?, body = ? WHERE id = ?',
    ).run(...columns, JSON.stringify(alert), id);
    return alert;
  }
  const insert = db.prepare(
    'INSERT INTO alert (rule_id, stream_id, phase, opened_ms, raised_ms, due_ms, body) ' +
      "VALUES (?, ?, ?, ?, ?, ?, '{}')",
  );
  const kept = { ...alert, id: Number(insert.run(...columns).lastInsertRowid) };
  db.prepare('UPDATE alert SET body = ? WHERE id = ?').run(JSON.stringify(kept), kept.id);
  db.prepare("DELETE FROM alert WHERE id <= ? AND phase = 'resolved'").run(kept.id - ALERTS_MAX);
  return kept;
}

function addDeliveries(
  db: Db,
  deliveries: readonly NewDelivery[],
  alertId: number | null,
  now: number,
): void {
  const insert = db.prepare(
    'INSERT INTO delivery (key, sink_id, sink_name, alert_id, kind, created_ms, due_ms, message) ' +
      "SELECT ?, id, json_extract(body, '$.name'), ?, ?, ?, ?, ? FROM sink WHERE id = ? " +
      `AND json_extract(body, '$.isEnabled') AND NOT ${IS_REMOVED}`,
  );
  for (const { sinkId, message } of deliveries) {
    const { key, kind } = message;
    insert.run(key, alertId, kind, now, now, JSON.stringify(message), sinkId);
  }
  if (deliveries.length === 0) return;
  db.prepare(
    "DELETE FROM delivery WHERE status <> 'waiting' AND " +
      'number <= (SELECT max(number) FROM delivery) - ?',
  ).run(LOG_MAX);
}
