import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MIGRATIONS, migrate } from '../../electron/engine/store/migrations/migrate.ts';
import { openStore } from '../../electron/engine/store/open-store.ts';
import { rowsOf } from './temporary-store.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offbeat-migrations-'));
  file = join(folder, 'workspace.sqlite');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function make(sql: string, version: number): void {
  const db = new Database(file);
  db.exec(sql);
  db.pragma(`user_version = ${version}`);
  db.close();
}

function look<T>(ask: (db: Database.Database) => T): T {
  const db = new Database(file, { readonly: true });
  try {
    return ask(db);
  } finally {
    db.close();
  }
}

const schemaOf = (db: Database.Database): unknown[] =>
  db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all();
const versionOf = (db: Database.Database): unknown => db.pragma('user_version', { simple: true });

/** A workspace as the first published schema wrote it, with one stream, one model, one event. */
const VERSION_1 = `
  CREATE TABLE stream (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, channels TEXT NOT NULL,
    period_ms REAL NOT NULL, bucket_ms INTEGER NOT NULL, has_time INTEGER NOT NULL,
    duplicates INTEGER NOT NULL DEFAULT 0, backward INTEGER NOT NULL DEFAULT 0,
    row_count INTEGER NOT NULL DEFAULT 0, gaps INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'building' CHECK (state IN ('building', 'visible', 'hidden'))
  ) STRICT;
  CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY, stream_id INTEGER NOT NULL REFERENCES stream(id) ON DELETE CASCADE,
    line INTEGER NOT NULL, text TEXT NOT NULL, reason TEXT NOT NULL
  ) STRICT;
  CREATE INDEX quarantine_by_stream ON quarantine(stream_id, id);
  CREATE TABLE model (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id INTEGER NOT NULL REFERENCES stream(id) ON DELETE CASCADE,
    bucket_ms INTEGER NOT NULL, channels TEXT NOT NULL, card TEXT, checkpoint BLOB
  ) STRICT;
  CREATE TABLE event (
    id INTEGER PRIMARY KEY, model_id INTEGER NOT NULL REFERENCES model(id) ON DELETE CASCADE,
    start_ms INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX event_by_model ON event(model_id, start_ms);

  INSERT INTO stream VALUES (3, 'Kiln', '[{"name":"heat","unit":"°C"}]', 1000, 64000, 1,
    4, 5, 3, 6, 'visible');
  INSERT INTO quarantine VALUES (1, 3, 12, 'x;y', 'not a number');
  CREATE TABLE stream_3 (t INTEGER PRIMARY KEY, c0 REAL) STRICT;
  INSERT INTO stream_3 VALUES (1000, 20.5), (2000, NULL), (3000, 22);
  CREATE TABLE stream_3_rollup (level INTEGER NOT NULL, t INTEGER NOT NULL, lo0 REAL, hi0 REAL,
    sum0 REAL, n0 INTEGER NOT NULL, PRIMARY KEY (level, t)) STRICT, WITHOUT ROWID;
  INSERT INTO stream_3_rollup VALUES (0, 0, 20.5, 22, 42.5, 2), (1, 0, 20.5, 22, 42.5, 2),
    (2, 0, 20.5, 22, 42.5, 2), (3, 0, 20.5, 22, 42.5, 2);
  INSERT INTO model VALUES (7, 3, 64000, '["heat"]', '{"id":7,"streamId":3}', x'0102');
  INSERT INTO event VALUES (1, 7, 2000, '{"start":2000,"end":3000,"channels":[]}');
  CREATE TABLE score_7 (t INTEGER PRIMARY KEY, c0 REAL, c1 REAL, c2 REAL, c3 REAL, c4 REAL,
    c5 REAL, c6 REAL, c7 REAL) STRICT;
  INSERT INTO score_7 VALUES (2000, 1, 0, 2.8, 0, 20, 19, 21, NULL);
`;

describe('opening a workspace', () => {
  it('makes a new one of the newest schema, from no file and from an empty one', async () => {
    await (await openStore(file)).close();
    const fresh = look((db) => [versionOf(db), schemaOf(db)]);
    expect(fresh[0]).toBe(MIGRATIONS.length);
    await rm(file);
    make('', 0);
    const store = await openStore(file);
    expect(await store.read['stream.list']()).toEqual([]);
    await store.close();
    expect(look((db) => [versionOf(db), schemaOf(db)])).toEqual(fresh);
  });

  it('of version 1 finds everything in it and goes on with it', async () => {
    make(VERSION_1, 1);
    const store = await openStore(file);
    const { read, write } = store;
    const [stream] = await read['stream.list']();
    expect(stream).toEqual({
      id: 3,
      name: 'Kiln',
      channels: [{ name: 'heat', unit: '°C' }],
      rows: 3,
      range: { from: 1000, to: 3000 },
      periodMs: 1000,
      hasTime: true,
      quarantined: 1,
      duplicates: 4,
      backward: 5,
      gaps: 6,
    });
    const added = { t: Float64Array.of(4000), columns: [Float64Array.of(30)] };
    await write['stream.append'](3, added);
    expect(rowsOf(await read['stream.rows'](3, -Infinity, 9))).toEqual([
      [1000, 20.5],
      [2000, NaN],
      [3000, 22],
      [4000, 30],
    ]);
    const view = await read['stream.view'](3, { from: 0, to: 60_000 }, 2);
    expect([view.max[0][0], view.mean[0][0]]).toEqual([30, 72.5 / 3]);
    expect(await read['quarantine.list'](3, 0, 9)).toEqual([
      { line: 12, text: 'x;y', reason: 'not a number' },
    ]);
    expect(await read['model.active'](3)).toEqual({ id: 7, streamId: 3 });
    expect(await read['model.checkpoint'](7)).toEqual(Uint8Array.of(1, 2));
    const triage = { acknowledged: null, verdict: null, note: '', label: '' };
    expect(await read['event.list'](7)).toEqual([
      {
        ...{ start: 2000, end: 3000, channels: [], kind: 'unusual' },
        evidence: { before: NaN, during: NaN },
        ...{ id: 1, streamId: 3, modelId: 7, isOpen: false, triage },
      },
    ]);
    const scores = rowsOf(await read['score.rows'](7, -Infinity, 9));
    expect(scores).toEqual([[2000, 1, 0, 2.8, 0, 20, 19, 21, NaN]]);
    await store.close();
    expect(look(versionOf)).toBe(MIGRATIONS.length);
  });

  it('written by a newer version is refused in words and left as it is', async () => {
    make('CREATE TABLE stream (future TEXT)', MIGRATIONS.length + 1);
    const before = await readFile(file);
    const newer = MIGRATIONS.length + 1;
    await expect(openStore(file)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(
        new RegExp(`newer Offbeat \\(schema ${newer}, this one knows ${MIGRATIONS.length}\\)`),
      ) as string,
    });
    expect(await readFile(file)).toEqual(before);
  });

  it('that is no database is refused in words and left as it is', async () => {
    const text = 'time;value\n'.repeat(500);
    await writeFile(file, text);
    await expect(openStore(file)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/is not a SQLite database/) as string,
    });
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('in a folder that is not there is refused in words', async () => {
    const absent = join(folder, 'absent', 'workspace.sqlite');
    const refusal = { code: 'bad-input', message: expect.stringContaining(absent) as string };
    await expect(openStore(absent)).rejects.toMatchObject(refusal);
  });
});

describe('steps of the schema', () => {
  const steps = ['CREATE TABLE a (x)', 'CREATE TABLE b (x); INSERT INTO b VALUES (1)'];

  it('are taken from where the file stands, each once', () => {
    const db = new Database(file);
    migrate(db, file, steps.slice(0, 1));
    expect(versionOf(db)).toBe(1);
    migrate(db, file, steps);
    migrate(db, file, steps);
    expect(versionOf(db)).toBe(2);
    expect(db.prepare('SELECT count(*) AS n FROM b').get()).toEqual({ n: 1 });
    db.close();
  });

  it('leave nothing of a step that fails', () => {
    const db = new Database(file);
    const broken = [...steps, 'CREATE TABLE c (x); INSERT INTO nowhere VALUES (1)'];
    expect(() => migrate(db, file, broken)).toThrow(/nowhere/);
    expect(versionOf(db)).toBe(2);
    expect(schemaOf(db)).toHaveLength(2);
    db.close();
  });
});
