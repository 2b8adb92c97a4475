/** Worker thread that owns one connection to the workspace: the writer, or a reader. */
import { parentPort, workerData } from 'node:worker_threads';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer } from '../../../shared/contract/server.ts';
import { withWords, type Methods } from './storage-trouble.ts';
import { openReader, openWriter, type Db } from './database.ts';
import type { StoreReads, StoreWrites } from './store-api.ts';
import { createReads } from './store-reads.ts';
import { createWrites } from './store-writes.ts';

export interface StoreOrder {
  readonly file: string;
  readonly role: 'writer' | 'reader';
}

/**
 * Beside the store's own methods: `open` comes first, since the thread of the reader starts while
 * the writer brings the file to date; `close` ends the thread.
 */
export type StoreWire = StoreReads & StoreWrites & { open: () => void; close: () => void };

const { file, role } = workerData as StoreOrder;
let db: Db | null = null;

const handlers = {
  open: (): void => {
    db = role === 'writer' ? openWriter(file) : openReader(file);
    const methods = role === 'writer' ? createWrites(db) : createReads(db);
    Object.assign(handlers, withWords(methods as unknown as Methods, file));
  },
  close: (): void => {
    db?.close();
    parentPort!.close();
  },
};
createServer(portTransport(parentPort!), handlers as never);
