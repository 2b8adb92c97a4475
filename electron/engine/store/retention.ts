/** Forgetting old rows in steps, and copies of a workspace in use. */
import { rename, rm, stat } from 'node:fs/promises';
import { Failure } from '../../../shared/contract/failure.ts';
import type { Db } from './database.ts';
import { bucketStart, bucketWidth, LEVELS } from './rollups.ts';
import type { StoreWrites } from './store-api.ts';
import { scoreTable, streamRecord, streamTable } from './stream-record.ts';
import { tablesOf, type Tables } from './tables.ts';

const DAY_MS = 86_400_000;
/** Pages copied between two other calls. */
const BACKUP_PAGES = 500;

type RetentionWrites = Pick<StoreWrites, 'stream.retention' | 'stream.forget' | 'store.backup'>;

export function retentionWrites(db: Db, tables: Tables): RetentionWrites {
  const forget: StoreWrites['stream.forget'] = (streamId, now, rowsMax, rawDays) => {
    const record = streamRecord(db, streamId);
    const { keep_rollup_days: rollup, bucket_ms: bucketMs } = record;
    const raw = record.keep_raw_days ?? rawDays ?? 0;
    const models = db.prepare('SELECT id FROM model WHERE stream_id = ?').pluck().all(streamId);
    const names = [streamTable(streamId), ...(models as number[]).map(scoreTable)];
    const all = names.flatMap((name) => tablesOf(db, name));
    let removed = 0;
    if (raw > 0) {
      const horizon = rawHorizon(db, streamId, bucketStart(now - raw * DAY_MS, bucketMs));
      removed += removeRows(db, streamId, all, horizon, rowsMax);
    }
    if (rollup !== null) {
      const width = bucketWidth(bucketMs, LEVELS - 1);
      const before = bucketStart(now - rollup * DAY_MS, width);
      removed += removeBuckets(db, all, before, Math.max(0, rowsMax - removed));
    }
    if (removed > 0) tables.forget();
    return removed;
  };
  return {
    'stream.retention': (id, { rawDays, rollupDays }) => {
      streamRecord(db, id);
      db.prepare('UPDATE stream SET keep_raw_days = ?, keep_rollup_days = ? WHERE id = ?').run(
        rawDays,
        rollupDays,
        id,
      );
    },
    'stream.forget': db.transaction(forget),
    'store.backup': (file) => backup(db, file),
  };
}

/** Rows that a model would go through again after a restart stay. */
function rawHorizon(db: Db, streamId: number, before: number): number {
  const needed = db
    .prepare(
      'SELECT min(coalesce(saved_to, -9e15)) FROM ' +
        '(SELECT model_id, saved_to FROM monitor UNION ALL ' +
        // One of a model that is no longer filled has come to its end.
        'SELECT model_id, shape_watch.saved_to FROM shape_watch JOIN monitor USING (model_id)) ' +
        "JOIN model ON model.id = model_id WHERE stream_id = ? AND role <> 'off'",
    )
    .pluck()
    .get(streamId) as number | null;
  return needed === null ? before : Math.min(before, needed);
}

/** Bounded work: the oldest rows of the stream and the scores beside them. */
function removeRows(
  db: Db,
  streamId: number,
  all: readonly string[],
  before: number,
  rowsMax: number,
): number {
  const last = db
    .prepare(
      `SELECT max(t) FROM (SELECT t FROM ${streamTable(streamId)} WHERE t < ? ORDER BY t LIMIT ?)`,
    )
    .pluck()
    .get(before, rowsMax) as number | null;
  if (last === null) return 0;
  let removed = 0;
  for (const table of all) {
    const { changes } = db.prepare(`DELETE FROM ${table} WHERE t <= ?`).run(last);
    if (table === streamTable(streamId)) removed = changes;
  }
  db.prepare(
    'UPDATE stream SET row_count = row_count - ?, raw_from = max(coalesce(raw_from, ?), ?) ' +
      'WHERE id = ?',
  ).run(removed, last + 1, last + 1, streamId);
  return removed;
}

function removeBuckets(db: Db, all: readonly string[], before: number, bucketsMax: number): number {
  let removed = 0;
  for (const table of all) {
    for (let level = 0; level < LEVELS && removed < bucketsMax; level++) {
      const { changes } = db
        .prepare(
          `DELETE FROM ${table}_rollup WHERE level = ? AND t IN (SELECT t FROM ${table}_rollup ` +
            'WHERE level = ? AND t < ? ORDER BY t LIMIT ?)',
        )
        .run(level, level, before, bucketsMax - removed);
      removed += changes;
    }
  }
  return removed;
}

async function backup(db: Db, file: string): Promise<{ bytes: number }> {
  const beside = `${file}.${process.pid}.part`;
  try {
    await db.backup(beside, { progress: () => BACKUP_PAGES });
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw new Failure(
      'bad-usage',
      `${file} cannot be written: ${(error as Error).message}. Choose another place.`,
    );
  }
  return { bytes: (await stat(file)).size };
}
