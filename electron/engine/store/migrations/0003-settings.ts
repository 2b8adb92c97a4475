/** What the person chose, and sealed tokens: never in plain text. */
export const sql = `
  CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT;
  CREATE TABLE secret (
    name TEXT PRIMARY KEY,
    sealed BLOB NOT NULL,
    vault TEXT NOT NULL
  ) STRICT;
`;
