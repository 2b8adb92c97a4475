/** The state of health of a workspace, looked at from outside; nothing is changed. */
import { statSync } from 'node:fs';
import type { StreamInfo } from '../../../shared/domain/stream.ts';
import { openReader } from './database.ts';
import { MIGRATIONS } from './migrations/migrate.ts';
import { createReads } from './store-reads.ts';
import { streamTable, scoreTable } from './stream-record.ts';
import { tablesOf } from './tables.ts';

/** Queries that windows ask all the time; slower ones are felt. */
const SLOW_MS = 100;
const POINTS = 2000;
/** Pages copied at once: another engine that writes meanwhile makes a copy in steps begin anew. */
const ALL_PAGES = 0x7fff_ffff;

export interface StreamHealth {
  readonly stream: StreamInfo;
  /** Rows and rollups of the stream and of the scores of its models. */
  readonly bytes: number;
  /** Drawing all of it. */
  readonly viewMs: number;
  readonly isSlow: boolean;
}

export interface Health {
  readonly file: string;
  readonly fileBytes: number;
  /** Written and not yet moved into the file. */
  readonly walBytes: number;
  readonly schema: number;
  readonly schemaKnown: number;
  /** What SQLite's integrity check finds; empty: nothing. */
  readonly damages: readonly string[];
  readonly streams: readonly StreamHealth[];
  /** Of removed rows, free for new ones. */
  readonly freeBytes: number;
}

/** Throws Failure as opening does. */
export function examine(file: string): Health {
  const db = openReader(file);
  try {
    const pragma = (name: string): number => db.pragma(name, { simple: true }) as number;
    const found = db.pragma('integrity_check') as { integrity_check: string }[];
    const reads = createReads(db);
    const sizes = db.prepare('SELECT sum(pgsize) FROM dbstat WHERE name = ?').pluck();
    const bytesOf = (table: string): number => (sizes.get(table) as number | null) ?? 0;
    const streams = reads['stream.list']().map((stream) => {
      const models = db.prepare('SELECT id FROM model WHERE stream_id = ?').pluck().all(stream.id);
      const names = [streamTable(stream.id), ...(models as number[]).map(scoreTable)];
      const tables = names.flatMap((name) => tablesOf(db, name));
      const bytes = tables.reduce((sum, table) => {
        return sum + bytesOf(table) + bytesOf(`${table}_rollup`);
      }, 0);
      const started = performance.now();
      if (stream.range) reads['stream.view'](stream.id, stream.range, POINTS);
      const viewMs = performance.now() - started;
      return { stream, bytes, viewMs, isSlow: viewMs > SLOW_MS };
    });
    return {
      file,
      fileBytes: statSync(file).size,
      walBytes: statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0,
      schema: pragma('user_version'),
      schemaKnown: MIGRATIONS.length,
      damages: found.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
      streams,
      freeBytes: pragma('freelist_count') * pragma('page_size'),
    };
  } finally {
    db.close();
  }
}

/** A copy of what is committed, while others go on writing. */
export async function copyWorkspace(file: string, to: string): Promise<void> {
  const db = openReader(file);
  try {
    await db.backup(to, { progress: () => ALL_PAGES });
  } finally {
    db.close();
  }
}
