/**
 * Every training of a model, not only the last: with them its scores can be computed again, bit
 * for bit, without training.
 */
export const sql = `
  CREATE TABLE training (
    model_id INTEGER NOT NULL REFERENCES model(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    checkpoint BLOB NOT NULL,
    PRIMARY KEY (model_id, number)
  ) STRICT;
`;
