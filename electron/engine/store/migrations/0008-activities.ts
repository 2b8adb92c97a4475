/**
 * Labels with every step that was done to them, recognisers, and the segments they find. What is
 * going on at a time is what the active recogniser of the stream says.
 */
export const sql = `
  CREATE TABLE activity_class (
    name TEXT PRIMARY KEY,
    colour INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE label (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id INTEGER NOT NULL REFERENCES stream(id) ON DELETE CASCADE,
    kind TEXT NOT NULL
      CHECK (kind IN ('activity', 'anomaly', 'normal', 'ignore', 'maintenance')),
    activity TEXT NOT NULL DEFAULT '',
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    author TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT ''
  ) STRICT;
  CREATE INDEX label_by_stream ON label(stream_id, start_ms);
  CREATE TABLE label_step (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    is_undone INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE label_step_stream (
    stream_id INTEGER NOT NULL REFERENCES stream(id) ON DELETE CASCADE,
    step_id INTEGER NOT NULL REFERENCES label_step(id) ON DELETE CASCADE,
    PRIMARY KEY (stream_id, step_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE recogniser (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    options TEXT NOT NULL,
    card TEXT,
    checkpoint BLOB
  ) STRICT;
  CREATE TABLE recognised_stream (
    stream_id INTEGER PRIMARY KEY REFERENCES stream(id) ON DELETE CASCADE,
    recogniser_id INTEGER NOT NULL REFERENCES recogniser(id) ON DELETE CASCADE,
    read_to INTEGER,
    state BLOB
  ) STRICT;
  CREATE TABLE segment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id INTEGER NOT NULL REFERENCES stream(id) ON DELETE CASCADE,
    recogniser_id INTEGER NOT NULL REFERENCES recogniser(id) ON DELETE CASCADE,
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    activity TEXT,
    confidence REAL NOT NULL,
    is_edited INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX segment_by_stream ON segment(stream_id, recogniser_id, start_ms);
`;
