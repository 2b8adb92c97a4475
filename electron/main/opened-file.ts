/** What a file that was handed over is: told by its first bytes, not by its name. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { extname } from 'node:path';

export type OpenedKind = 'table' | 'workspace' | 'bundle';

const SQLITE = 'SQLite format 3\0';
const ZIP = 'PK';

/** Throws when it cannot be read. */
export function kindOfFile(path: string): OpenedKind {
  if (statSync(path).isDirectory()) return 'workspace';
  const head = firstBytes(path, SQLITE.length).toString('latin1');
  if (head === SQLITE) return 'workspace';
  if (head.startsWith(ZIP)) return 'bundle';
  // A workspace that is yet to be made.
  const isEmpty = head.length === 0 && extname(path).toLowerCase() === '.offbeat';
  return isEmpty ? 'workspace' : 'table';
}

function firstBytes(path: string, count: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(count);
    return bytes.subarray(0, readSync(file, bytes, 0, count, 0));
  } finally {
    closeSync(file);
  }
}
