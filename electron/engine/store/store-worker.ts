/** Worker thread that owns one connection to the workspace: the writer, or a reader. */
import { parentPort, workerData } from 'node:worker_threads';
import { Failure } from '../../../shared/contract/failure.ts';
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

/** Beside the store's own methods: `open` tells why it could not be opened, `close` ends it. */
export type StoreWire = StoreReads & StoreWrites & { open: () => void; close: () => void };

const { file, role } = workerData as StoreOrder;
let db: Db | null = null;

const lifecycle = {
  open: (): void => undefined,
  close: (): void => {
    db?.close();
    parentPort!.close();
  },
};
try {
  db = role === 'writer' ? openWriter(file) : openReader(file);
  const methods = role === 'writer' ? createWrites(db) : createReads(db);
  const named = withWords(methods as unknown as Methods, file);
  createServer(portTransport(parentPort!), { ...named, ...lifecycle } as never);
} catch (error) {
  const failure =
    error instanceof Failure ? error : new Failure('internal', (error as Error).message);
  const refuse = (): never => {
    throw failure;
  };
  createServer<{ open: () => void; close: () => void }>(portTransport(parentPort!), {
    ...lifecycle,
    open: refuse,
  });
}
