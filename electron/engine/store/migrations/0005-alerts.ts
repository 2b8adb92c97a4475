/** Alert rules, where they send, what they raised, and every message on its way. */
export const sql = `
  CREATE TABLE sink (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE alert_rule (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    since_ms INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE alert (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    rule_id INTEGER NOT NULL REFERENCES alert_rule(id) ON DELETE CASCADE,
    stream_id INTEGER NOT NULL REFERENCES stream(id) ON DELETE CASCADE,
    phase TEXT NOT NULL,
    opened_ms INTEGER NOT NULL,
    raised_ms INTEGER,
    due_ms INTEGER,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX alert_by_rule ON alert(rule_id, raised_ms);
  CREATE INDEX alert_by_due ON alert(due_ms) WHERE due_ms IS NOT NULL;
  CREATE UNIQUE INDEX alert_going_on ON alert(rule_id, stream_id) WHERE phase <> 'resolved';
  CREATE TABLE alert_event (
    rule_id INTEGER NOT NULL REFERENCES alert_rule(id) ON DELETE CASCADE,
    event_id INTEGER NOT NULL,
    alert_id INTEGER NOT NULL REFERENCES alert(id) ON DELETE CASCADE,
    PRIMARY KEY (rule_id, event_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX alert_event_by_event ON alert_event(event_id);
  CREATE TABLE delivery (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    sink_id INTEGER REFERENCES sink(id) ON DELETE SET NULL,
    sink_name TEXT NOT NULL,
    alert_id INTEGER REFERENCES alert(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'waiting'
      CHECK (status IN ('waiting', 'sent', 'failed', 'dropped')),
    attempts INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    due_ms INTEGER,
    done_ms INTEGER,
    error TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX delivery_waiting ON delivery(due_ms) WHERE status = 'waiting';
  CREATE INDEX delivery_by_alert ON delivery(alert_id, number);
  CREATE TABLE report_schedule (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id INTEGER NOT NULL REFERENCES stream(id) ON DELETE CASCADE,
    next_ms INTEGER,
    last_ms INTEGER,
    last_file TEXT NOT NULL DEFAULT '',
    error TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL
  ) STRICT;
`;
