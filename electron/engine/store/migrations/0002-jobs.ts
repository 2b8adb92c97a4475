/** Learning runs that outlive a crash, and which backend was the faster for which shape. */
export const sql = `
  CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id INTEGER NOT NULL REFERENCES stream(id) ON DELETE CASCADE,
    model_id INTEGER NOT NULL REFERENCES model(id) ON DELETE CASCADE,
    options TEXT NOT NULL,
    is_paused INTEGER NOT NULL DEFAULT 0,
    state BLOB
  ) STRICT;
  CREATE TABLE backend_choice (
    key TEXT PRIMARY KEY,
    choice TEXT NOT NULL
  ) STRICT;
`;
