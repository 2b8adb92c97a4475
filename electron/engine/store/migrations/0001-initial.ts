/** The tables that every workspace has; each stream and model adds its own wide tables. */
export const sql = `
  CREATE TABLE stream (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    channels TEXT NOT NULL,
    period_ms REAL NOT NULL,
    bucket_ms INTEGER NOT NULL,
    has_time INTEGER NOT NULL,
    duplicates INTEGER NOT NULL DEFAULT 0,
    backward INTEGER NOT NULL DEFAULT 0,
    row_count INTEGER NOT NULL DEFAULT 0,
    gaps INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'building' CHECK (state IN ('building', 'visible', 'hidden'))
  ) STRICT;
  CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    stream_id INTEGER NOT NULL REFERENCES stream(id) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    text TEXT NOT NULL,
    reason TEXT NOT NULL
  ) STRICT;
  CREATE INDEX quarantine_by_stream ON quarantine(stream_id, id);
  CREATE TABLE model (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id INTEGER NOT NULL REFERENCES stream(id) ON DELETE CASCADE,
    bucket_ms INTEGER NOT NULL,
    channels TEXT NOT NULL,
    card TEXT,
    checkpoint BLOB
  ) STRICT;
  CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    model_id INTEGER NOT NULL REFERENCES model(id) ON DELETE CASCADE,
    start_ms INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX event_by_model ON event(model_id, start_ms);
`;
