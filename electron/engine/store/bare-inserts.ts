/** The peer of the ingest bench: what SQLite does with nothing around it. */
import { openWriter } from './database.ts';
import type { SampleBatch } from '../../../shared/domain/stream.ts';

/** Rows in a transaction, as live batches have them. */
const ROWS_PER_TRANSACTION = 4096;

/** Seconds for one prepared INSERT a row into a wide table with the settings of a workspace. */
export function bareInserts(file: string, { t, columns }: SampleBatch): number {
  const db = openWriter(file);
  try {
    const names = columns.map((_, k) => `c${k} REAL`).join(', ');
    db.exec(`CREATE TABLE bare (t INTEGER PRIMARY KEY, ${names}) STRICT`);
    const marks = Array(columns.length + 1)
      .fill('?')
      .join(',');
    const insert = db.prepare(`INSERT INTO bare VALUES (${marks})`);
    const values = new Array<number>(columns.length + 1);
    const started = performance.now();
    for (let from = 0; from < t.length; from += ROWS_PER_TRANSACTION) {
      const to = Math.min(t.length, from + ROWS_PER_TRANSACTION);
      db.transaction(() => {
        for (let row = from; row < to; row++) {
          values[0] = t[row];
          for (let k = 0; k < columns.length; k++) values[k + 1] = columns[k][row];
          insert.run(...values);
        }
      })();
    }
    return (performance.now() - started) / 1000;
  } finally {
    db.close();
  }
}
