/** A workspace to look into, also while a gateway or a window fills it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Failure } from '../../shared/contract/failure.ts';
import type { SampleBatch, TimeRange } from '../../shared/domain/stream.ts';
import { openReadOnly } from '../engine/store/open-store.ts';
import type { Store } from '../engine/store/store-api.ts';
import { workspacePlace } from '../engine/workspace-place.ts';

export type Reads = Omit<Store, 'write'>;

const ROWS_PER_READ = 4096;

/** The file of a workspace. Throws Failure not-found when there is none. */
export function storeFile(workspace: string): string {
  const file = workspacePlace(resolve(workspace)).store;
  if (existsSync(file)) return file;
  throw new Failure('not-found', `${workspace} is no workspace: there is no ${file}.`);
}

/** Closes what it opened, whatever happens. */
export async function withReads<T>(
  workspace: string,
  work: (store: Reads) => Promise<T>,
): Promise<T> {
  const store = await openReadOnly(storeFile(workspace));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Rows of a range, ends included, in time order. */
export async function* rowsBetween(
  store: Reads,
  streamId: number,
  { from, to }: TimeRange,
): AsyncGenerator<SampleBatch> {
  for (let after = from - 1; ;) {
    const { t, columns } = await store.read['stream.rows'](streamId, after, ROWS_PER_READ);
    const rows = t.findLastIndex((time) => time <= to) + 1;
    if (rows > 0) {
      yield { t: t.slice(0, rows), columns: columns.map((column) => column.slice(0, rows)) };
    }
    if (rows < t.length || rows === 0) return;
    after = t[rows - 1];
  }
}
