/** What a model tells apart: its scores have a column of it. */
export const sql = `
  ALTER TABLE model ADD COLUMN activities TEXT;
`;
