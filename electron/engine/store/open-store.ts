/** Opens a workspace's database: a writer thread first, which brings it to date, then a reader. */
import { Worker } from 'node:worker_threads';
import { createClient, type Client } from '../../../shared/contract/client.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { workerUrl } from '../worker-url.ts';
import { LOCK_FILE } from './workspace-lock.ts';
import type { Remote, Store, StoreReads, StoreWrites } from './store-api.ts';
import type { StoreOrder, StoreWire } from './store-worker.ts';

/** The store's file in the folder of a workspace. */
export const STORE_FILE = 'offbeat.sqlite';
/** All that opening a workspace makes. */
export const WORKSPACE_FILES = [STORE_FILE, `${STORE_FILE}-wal`, `${STORE_FILE}-shm`, LOCK_FILE];

/** Throws Failure in words when the file cannot be opened. */
export async function openStore(file: string): Promise<Store> {
  // Both threads load at once; only the file is opened by turns.
  const writer = start({ file, role: 'writer' });
  const reader = start({ file, role: 'reader' });
  const close = async (): Promise<void> => {
    await reader.close();
    await writer.close();
  };
  try {
    await writer.client.call('open');
    await reader.client.call('open');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    write: remote<StoreWrites>(writer.client),
    read: remote<StoreReads>(reader.client),
    close,
  };
}

/** Looks into a workspace that another engine may have open; changes nothing. */
export async function openReadOnly(file: string): Promise<Omit<Store, 'write'>> {
  const { client, close } = start({ file, role: 'reader' });
  try {
    await client.call('open');
  } catch (error) {
    await close();
    throw error;
  }
  return { read: remote<StoreReads>(client), close };
}

interface StoreThread {
  readonly client: Client<StoreWire>;
  close(): Promise<void>;
}

function start(order: StoreOrder): StoreThread {
  const worker = new Worker(workerUrl('store/store-worker'), { workerData: order });
  const client = createClient<StoreWire>(portTransport(worker));
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.once('error', (error) => client.close(`The store stopped: ${error.message}`));
  worker.once('exit', () => client.close('The store was closed.'));
  const close = async (): Promise<void> => {
    await client.call('close').catch(() => undefined);
    await exited;
  };
  return { client, close };
}

/** Every method by its name, as a promise. */
function remote<T>(client: Client<StoreWire>): Remote<T> {
  const call = client.call as (method: string, ...args: unknown[]) => Promise<unknown>;
  return new Proxy({} as Remote<T> & object, {
    get: (_, method) =>
      typeof method === 'string' ? (...args: unknown[]) => call(method, ...args) : undefined,
  });
}
