/** Data folders that cannot be used (really mounted, really full), and other versions. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { MIGRATIONS } from '../../../electron/engine/store/migrations/migrate.ts';
import type { Desktop } from '../../electron/desktop.ts';
import { expect, test as base } from './app.ts';

/** Mounts small file systems, and takes them off again. */
const test = base.extend<{ disk: (options: string) => string }>({
  disk: async ({ home }, use) => {
    const mounted: string[] = [];
    await use((options) => {
      const folder = join(home, `disk${mounted.length}`);
      mkdirSync(folder);
      const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'none', folder]);
      const why = String(stderr ?? 'there is no mount here').trim();
      test.skip(status !== 0, `A file system cannot be mounted here: ${why}`);
      mounted.push(folder);
      return folder;
    });
    for (const folder of mounted) execFileSync('umount', ['-l', folder]);
  },
});

/** What the dialog says, and that the application goes on in another folder. */
async function saidAtStart(desktop: Desktop, other: string): Promise<string> {
  const page = await desktop.page();
  await expect(page.getByText('Open a CSV file')).toBeVisible();
  expect(existsSync(join(other, 'offbeat.sqlite'))).toBe(true);
  const [dialog] = await desktop.evaluate(() => globalThis.seen.dialogs);
  expect(dialog.message).toBe('Offbeat could not start');
  return dialog.detail!;
}

const goElsewhere = (other: string): object[] => [
  { response: 0 },
  { filePaths: [other], canceled: false },
];

test('tells of a read-only data folder', async ({ start, home, disk }) => {
  const folder = disk('size=4m');
  writeFileSync(join(folder, 'notes.txt'), 'mine');
  execFileSync('mount', ['-o', 'remount,ro', folder]);
  const other = join(home, 'other');
  const desktop = await start({ args: ['--workspace', folder], answers: goElsewhere(other) });
  const said = await saidAtStart(desktop, other);
  expect(said).toBe(
    `The data folder ${folder} is read-only for this account (EROFS). Allow writing to it, or ` +
      'choose another folder.',
  );
  expect(readdirSync(folder)).toEqual(['notes.txt']);
});

test('tells of a full data folder', async ({ start, home, disk }) => {
  const folder = disk('size=2m');
  // To the last byte.
  spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'ballast')}`, 'bs=4096']);
  const other = join(home, 'other');
  const desktop = await start({ args: ['--workspace', folder], answers: goElsewhere(other) });
  const said = await saidAtStart(desktop, other);
  expect(said).toMatch(/^The disk of the data folder .* is full: not even 1024 KiB can be written/);
  expect(readdirSync(folder)).toEqual(['ballast']);
});

const SCHEMA = [1, MIGRATIONS.length - 1];
for (const version of SCHEMA) {
  test(`brings a workspace of schema ${version} to date and shows it`, async ({ start, home }) => {
    const folder = join(home, 'older');
    mkdirSync(folder);
    const file = join(folder, 'offbeat.sqlite');
    const old = new Database(file);
    for (const sql of MIGRATIONS.slice(0, version)) old.exec(sql);
    old.pragma(`user_version = ${version}`);
    old.exec(`
      INSERT INTO stream (id, name, channels, period_ms, bucket_ms, has_time, row_count, state)
        VALUES (1, 'Kiln', '[{"name":"heat","unit":"°C"}]', 1000, 64000, 1, 2, 'visible');
      CREATE TABLE stream_1 (t INTEGER PRIMARY KEY, c0 REAL) STRICT;
      INSERT INTO stream_1 VALUES (1000, 20.5), (2000, 22);
      CREATE TABLE stream_1_rollup (level INTEGER NOT NULL, t INTEGER NOT NULL, lo0 REAL, hi0 REAL,
        sum0 REAL, n0 INTEGER NOT NULL, PRIMARY KEY (level, t)) STRICT, WITHOUT ROWID;
      INSERT INTO stream_1_rollup VALUES (0, 0, 20.5, 22, 42.5, 2), (1, 0, 20.5, 22, 42.5, 2);`);
    old.close();
    const desktop = await start({ args: ['--workspace', folder] });
    const page = await desktop.page();
    await expect(page.locator('.card')).toContainText('Kiln');
    await page.locator('.card').click();
    await expect(page.locator('.lane canvas')).toHaveCount(1);
    expect(await desktop.quit()).toBe(0);
    const now = new Database(file, { readonly: true });
    expect(now.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
    expect(now.prepare('SELECT * FROM stream_1').all()).toHaveLength(2);
    now.close();
  });
}

test('refuses a workspace of a newer version and leaves every byte of it', async ({
  start,
  home,
}) => {
  const folder = join(home, 'newer');
  mkdirSync(folder);
  const file = join(folder, 'offbeat.sqlite');
  const db = new Database(file);
  db.exec('CREATE TABLE later (x)');
  db.pragma('user_version = 9999');
  db.close();
  const before = readFileSync(file);
  const other = join(home, 'other');
  const desktop = await start({ args: ['--workspace', folder], answers: goElsewhere(other) });
  const said = await saidAtStart(desktop, other);
  expect(said).toMatch(/written by a newer Offbeat \(schema 9999, this one knows \d+\); install/);
  expect(readFileSync(file)).toEqual(before);
  expect(readdirSync(folder)).toEqual(['offbeat.sqlite']);
});
