/**
 * Live feeds, models that go on scoring, and events that are kept: each has an id and what people
 * said of it. Problems of the data are events without a model. Streams forget old rows when told.
 */
export const sql = `
  ALTER TABLE stream ADD COLUMN raw_from INTEGER;
  ALTER TABLE stream ADD COLUMN keep_raw_days REAL;
  ALTER TABLE stream ADD COLUMN keep_rollup_days REAL;
  ALTER TABLE model ADD COLUMN role TEXT NOT NULL DEFAULT 'active'
    CHECK (role IN ('active', 'shadow', 'off'));
  CREATE TABLE feed (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id INTEGER NOT NULL UNIQUE REFERENCES stream(id) ON DELETE CASCADE,
    source TEXT NOT NULL,
    decoder TEXT NOT NULL,
    checks TEXT NOT NULL,
    is_paused INTEGER NOT NULL DEFAULT 0,
    totals TEXT NOT NULL,
    positions TEXT NOT NULL DEFAULT '{}'
  ) STRICT;
  CREATE TABLE monitor (
    model_id INTEGER PRIMARY KEY REFERENCES model(id) ON DELETE CASCADE,
    options TEXT NOT NULL,
    scored_to INTEGER,
    saved_to INTEGER,
    state BLOB
  ) STRICT;
  CREATE TABLE kept_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id INTEGER NOT NULL REFERENCES stream(id) ON DELETE CASCADE,
    model_id INTEGER REFERENCES model(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    channel TEXT NOT NULL DEFAULT '',
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    is_open INTEGER NOT NULL DEFAULT 0,
    acknowledged_ms INTEGER,
    verdict TEXT CHECK (verdict IN ('confirmed', 'dismissed')),
    note TEXT NOT NULL DEFAULT '',
    label TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL
  ) STRICT;
  INSERT INTO kept_event (id, stream_id, model_id, kind, start_ms, end_ms, body)
    SELECT event.id, model.stream_id, model_id, 'anomaly', start_ms,
      coalesce(json_extract(body, '$.end'), start_ms), body
    FROM event JOIN model ON model.id = model_id;
  DROP TABLE event;
  ALTER TABLE kept_event RENAME TO event;
  CREATE INDEX event_by_model ON event(model_id, start_ms);
  CREATE INDEX event_by_stream ON event(stream_id, model_id, start_ms);
  CREATE UNIQUE INDEX event_by_start
    ON event(stream_id, coalesce(model_id, 0), kind, channel, start_ms);
`;
