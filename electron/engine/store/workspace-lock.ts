/**
 * One engine a workspace: opening one removes what a crash left half made, which a second engine
 * must not do to the first. The lock is SQLite's own on a file beside the store, so that the system
 * takes it back from a process that was killed.
 */
import Database from 'better-sqlite3';
import { Failure } from '../../../shared/contract/failure.ts';

export const LOCK_FILE = 'offbeat.lock';

/** Answers how to let go. Throws Failure conflict when another engine holds the workspace. */
export function lockWorkspace(lockFile: string, workspace: string): () => void {
  const lock = new Database(lockFile, { timeout: 0 });
  try {
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    throw new Failure(
      'conflict',
      `The workspace ${workspace} is open in another Offbeat. Go on there, close it first, or ` +
        'choose another folder with --workspace.',
    );
  }
  return () => void lock.close();
}
