/** A store in a folder of its own, and batches to fill it with. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../electron/engine/store/open-store.ts';
import type { Store } from '../../electron/engine/store/store-api.ts';
import type { SampleBatch, StreamInfo } from '../../shared/domain/stream.ts';

export interface TemporaryStore {
  readonly file: string;
  readonly store: Store;
  /** Closes and opens the same file anew. */
  reopen(): Promise<void>;
  /** Closes, if need be, and removes the folder. */
  remove(): Promise<void>;
}

export async function temporaryStore(): Promise<TemporaryStore> {
  const folder = await mkdtemp(join(tmpdir(), 'offbeat-store-'));
  const file = join(folder, 'workspace.sqlite');
  let store = await openStore(file);
  return {
    file,
    get store() {
      return store;
    },
    reopen: async () => {
      await store.close();
      store = await openStore(file);
    },
    remove: async () => {
      await store.close().catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Rows as [t, c0, c1, …]; NaN where missing. */
export type Row = readonly number[];

export function batchOf(rows: readonly Row[], channels: number): SampleBatch {
  return {
    t: Float64Array.from(rows, ([t]) => t),
    columns: Array.from({ length: channels }, (_, k) => Float64Array.from(rows, (r) => r[k + 1])),
  };
}

export function rowsOf({ t, columns }: SampleBatch): Row[] {
  return Array.from(t, (time, i) => [time, ...columns.map((column) => column[i])]);
}

export const channelsOf = (count: number): { name: string; unit: string }[] =>
  Array.from({ length: count }, (_, k) => ({ name: `channel ${k}`, unit: k === 0 ? 'bar' : '' }));

export function createStream(store: Store, channels: number, periodMs = 1000): Promise<number> {
  const stream = { name: 'Press', channels: channelsOf(channels), periodMs, hasTime: true };
  return store.write['stream.create'](stream);
}

export function publish(store: Store, id: number, periodMs = 1000): Promise<StreamInfo> {
  const counted = { periodMs, duplicates: 1, backward: 2, gaps: 3 };
  return store.write['stream.publish'](id, counted);
}
