/** The state of the watch for odd shapes that goes with a model, after the row `saved_to`. */
export const sql = `
  CREATE TABLE shape_watch (
    model_id INTEGER PRIMARY KEY REFERENCES model(id) ON DELETE CASCADE,
    saved_to INTEGER,
    state BLOB
  ) STRICT;
`;
