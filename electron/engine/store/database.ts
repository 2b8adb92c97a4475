/** Opens the SQLite file of a workspace and refuses, in words, what it cannot open. */
import Database from 'better-sqlite3';
import { Failure } from '../../../shared/contract/failure.ts';
import { migrate, refuseNewer, refuseOlder } from './migrations/migrate.ts';

export type Db = Database.Database;

const BUSY_TIMEOUT_MS = 5000;
const CACHE_KIB = 16 * 1024;

export function openWriter(file: string): Db {
  return opened(file, {}, (db) => {
    // First of all, since the journal mode is written into the file.
    refuseNewer(db, file);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('temp_store = MEMORY');
    migrate(db, file);
  });
}

export function openReader(file: string): Db {
  return opened(file, { readonly: true, fileMustExist: true }, (db) => {
    refuseNewer(db, file);
    refuseOlder(db, file);
  });
}

function opened(file: string, options: Database.Options, prepare: (db: Db) => void): Db {
  let db: Db | null = null;
  try {
    db = new Database(file, { ...options, timeout: BUSY_TIMEOUT_MS });
    prepare(db);
    db.pragma(`cache_size = -${CACHE_KIB}`);
    return db;
  } catch (error) {
    db?.close();
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
