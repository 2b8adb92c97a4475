/** Opens the SQLite file of a workspace and refuses, in words, what it cannot open. */
import Database from 'better-sqlite3';
import { Failure } from '../../../shared/contract/failure.ts';
import { migrate } from './migrations/migrate.ts';

export type Db = Database.Database;

const BUSY_TIMEOUT_MS = 5000;
const CACHE_KIB = 16 * 1024;

export function openWriter(file: string): Db {
  return refusing(file, () => {
    const db = new Database(file, { timeout: BUSY_TIMEOUT_MS });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma(`cache_size = -${CACHE_KIB}`);
    db.pragma('temp_store = MEMORY');
    migrate(db, file);
    return db;
  });
}

export function openReader(file: string): Db {
  return refusing(file, () => {
    const db = new Database(file, { readonly: true, timeout: BUSY_TIMEOUT_MS });
    db.pragma(`cache_size = -${CACHE_KIB}`);
    return db;
  });
}

function refusing(file: string, open: () => Db): Db {
  try {
    return open();
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code, message } = error as { code?: string; message: string };
    if (code === 'SQLITE_NOTADB') {
      throw new Failure(
        'bad-input',
        `${file} is not a SQLite database; a workspace of Offbeat was expected. ` +
          'Choose another folder or move the file away.',
      );
    }
    throw new Failure('bad-input', `The workspace ${file} cannot be opened: ${message}.`);
  }
}
