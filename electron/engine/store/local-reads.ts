/** The reads of a workspace on the calling thread, for a worker that does nothing else. */
import { openReader } from './database.ts';
import type { Store } from './store-api.ts';
import { createReads } from './store-reads.ts';
import { withWords, type Methods } from './storage-trouble.ts';

export type Reads = Pick<Store, 'read'>;

/** Throws Failure in words when the file cannot be opened. */
export function openLocalReads(file: string): Reads & { close(): void } {
  const db = openReader(file);
  const methods = withWords(createReads(db) as unknown as Methods, file);
  const promised = Object.entries(methods).map(([name, method]) => [
    name,
    async (...args: unknown[]): Promise<unknown> => method(...args),
  ]);
  return { read: Object.fromEntries(promised) as Store['read'], close: () => db.close() };
}
