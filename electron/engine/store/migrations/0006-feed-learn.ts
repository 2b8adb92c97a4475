/** What a new feed shall learn once enough rows are there. */
export const sql = `
  ALTER TABLE feed ADD COLUMN learn TEXT NOT NULL DEFAULT 'null';
`;
