/** Quitting: in the middle of an import, and while something is recorded. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { callEngine, csvOf, expect, test, workspaceOf } from './app.ts';
import { feedFrom, startSender } from './recording.ts';

const ROWS = 400_000;

test('quits in the middle of an import and leaves nothing half written', async ({
  start,
  home,
}) => {
  const file = join(home, 'long.csv');
  writeFileSync(file, csvOf(ROWS));
  const desktop = await start({ args: [file] });
  const page = await desktop.page();
  await page.getByRole('button', { name: 'Import 1 channel' }).click();
  await expect(page.getByRole('button', { name: 'Stop the import' })).toBeVisible();
  expect(await desktop.quit()).toBe(0);
  // SQLite removes its log when the last connection is closed in good order.
  expect(existsSync(join(workspaceOf(home), 'offbeat.sqlite-wal'))).toBe(false);
  const db = new Database(join(workspaceOf(home), 'offbeat.sqlite'), { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  const streams = db.prepare('SELECT state FROM stream').all() as { state: string }[];
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'stream_%'").all();
  // Whole, when the import was the faster; else gone.
  const isWhole = streams.length === 1 && streams[0].state === 'visible';
  expect(isWhole || (streams.length === 0 && tables.length === 0)).toBe(true);
  db.close();
  const left = readdirSync(workspaceOf(home)).filter((name) => name === 'uploads');
  expect(left).toEqual([]);
});

test('keeps monitoring in the tray when its window closes, then quits whole', async ({ start }) => {
  const sender = await startSender();
  const desktop = await start();
  await desktop.page();
  await callEngine(desktop, 'feed.create', feedFrom(sender.port));
  const tip = () => desktop.evaluate(() => globalThis.seen.tray.tip);
  await expect.poll(tip).toContain('Recording 1 source');
  const isAwake = () =>
    desktop.evaluate(({ powerSaveBlocker }) =>
      [0, 1, 2].some((id) => powerSaveBlocker.isStarted(id)),
    );
  await expect.poll(isAwake).toBe(true);

  await desktop.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .find((window) => window.isVisible())!
      .close(),
  );
  await expect.poll(async () => (await desktop.pages()).length).toBe(0);
  const told = () =>
    desktop.evaluate(() => globalThis.seen.notifications.map(({ title }) => title));
  await expect.poll(told).toContain('Offbeat keeps monitoring');
  const rows = async () => (await callEngine(desktop, 'stream.list'))[0].rows;
  const before = await rows();
  await expect.poll(rows).toBeGreaterThan(before);

  await test.step('a sleep of the computer is a gap', async () => {
    await desktop.evaluate(({ powerMonitor }) => {
      (powerMonitor as unknown as NodeJS.EventEmitter).emit('suspend');
      (powerMonitor as unknown as NodeJS.EventEmitter).emit('resume');
    });
    const [{ id }] = await callEngine(desktop, 'stream.list');
    const range = { from: 0, to: Date.now() + 60_000 };
    const problems = async () =>
      (await callEngine(desktop, 'problem.list', id, range)).map(({ detail }) => detail);
    await expect.poll(problems).toContain('The computer slept.');
  });

  await desktop.evaluate(() => {
    const menu = globalThis.seen.tray.menu as Electron.Menu;
    menu.getMenuItemById('quit')!.click();
  });
  expect(await desktop.exited).toBe(0);
  sender.close();
});
