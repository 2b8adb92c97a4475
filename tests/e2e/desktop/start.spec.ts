/** Coming up, coming back as it was left, and saying why it cannot. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseMenu, csvOf, expect, test, watch, workspaceOf } from './app.ts';

test('opens on the demo machine, on its own origin, within its policy', async ({ start, home }) => {
  const desktop = await start({ args: ['--demo'] });
  const page = await desktop.page();
  const problems = watch(page);
  await expect(page.locator('.lane canvas')).toHaveCount(4);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(await page.evaluate(() => Object.keys(window.offbeat!).sort())).toEqual([
    'onMessage',
    'send',
  ]);
  const ready = await desktop.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => window.webContents.mainFrame.origin),
  );
  expect(ready[0]).toBe('app://offbeat');
  expect(problems).toEqual([]);
  expect(await desktop.quit()).toBe(0);
  // SQLite removes its log when the last connection is closed in good order.
  expect(existsSync(join(workspaceOf(home), 'offbeat.sqlite'))).toBe(true);
  expect(existsSync(join(workspaceOf(home), 'offbeat.sqlite-wal'))).toBe(false);
});

/** What the first chart may cost; what is beyond is loaded later. */
const FIRST_BYTES_MAX = 420_000;
const CHART_BYTES_MAX = 1_250_000;
const CALLS_MAX = 24;

test('draws the first chart within its budget of bytes and questions', async ({ start }) => {
  const making = await start({ args: ['--demo'] });
  await expect((await making.page()).locator('.lane canvas')).toHaveCount(4);
  expect(await making.quit()).toBe(0);

  const desktop = await start({ args: ['--demo'] });
  const page = await desktop.page();
  const drawn = (): Promise<number> =>
    page.evaluate(() => {
      const [mark] = performance.getEntriesByName('offbeat.chart');
      return mark ? performance.timeOrigin + mark.startTime : 0;
    });
  await expect.poll(drawn).toBeGreaterThan(0);
  const chartAt = await drawn();
  const loaded = await page.evaluate(async () => {
    const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    const html = await (await fetch('/')).text();
    const named = html.match(/assets\/[^"]+\.js/g) ?? [];
    const chart = performance.getEntriesByName('offbeat.chart')[0].startTime;
    const bytes = (all: PerformanceResourceTiming[]): number =>
      all.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0);
    const before = entries.filter(({ startTime }) => startTime <= chart);
    return {
      // What is fetched while the page is parsed; the first paint needs no more.
      first: bytes(before.filter(({ name }) => named.some((file) => name.endsWith(file)))),
      chart: bytes(before),
      views: before.map(({ name }) => name).filter((name) => /View-/.test(name)),
    };
  });
  expect(loaded.first).toBeGreaterThan(100_000);
  expect(loaded.first).toBeLessThan(FIRST_BYTES_MAX);
  expect(loaded.chart).toBeLessThan(CHART_BYTES_MAX);
  const others = loaded.views.filter((name) => !/StreamView-/.test(name));
  expect(others, 'views that are not shown').toEqual([]);
  const calls = await desktop.evaluate(() => globalThis.seen.calls);
  const before = calls.filter(({ at }) => at <= chartAt).map(({ method }) => method);
  expect(before).toContain('view.series');
  expect(before.length, before.join(', ')).toBeLessThanOrEqual(CALLS_MAX);
});

test('comes back with its windows as they were, all on one engine', async ({ start }) => {
  const first = await start();
  await first.page();
  await chooseMenu(first, 'newWindow');
  await expect.poll(async () => (await first.pages()).length).toBe(2);
  for (const page of await first.pages()) {
    await expect(page.getByText('Open a CSV file')).toBeVisible();
  }
  await first.evaluate(({ BrowserWindow }) => {
    const [one, two] = BrowserWindow.getAllWindows().filter((window) => window.isVisible());
    one.setBounds({ x: 120, y: 90, width: 1100, height: 720 });
    two.webContents.setZoomFactor(1.25);
    two.maximize();
  });
  const [one, two] = await first.pages();
  await one.getByRole('button', { name: 'Try the demo machine' }).click();
  await two.getByRole('link', { name: 'Home' }).click();
  await expect(two.getByText('Demo feed pump')).toBeVisible();
  expect(await first.quit()).toBe(0);

  const second = await start();
  await expect.poll(async () => (await second.pages()).length).toBe(2);
  const states = await second.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .filter((window) => window.isVisible())
      .map((window) => [
        window.getNormalBounds(),
        window.isMaximized(),
        window.webContents.getZoomFactor(),
      ]),
  );
  expect(states).toHaveLength(2);
  expect(states).toContainEqual([{ x: 120, y: 90, width: 1100, height: 720 }, false, 1]);
  expect(states.map(([, isMaximised, zoom]) => [isMaximised, zoom])).toContainEqual([true, 1.25]);
});

test('hands a second start to the first, with its file', async ({ start, home }) => {
  const first = await start();
  const page = await first.page();
  await expect(page.getByText('Open a CSV file')).toBeVisible();
  const file = join(home, 'pump.csv');
  writeFileSync(file, csvOf(200));
  await first.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].minimize());
  const second = await start({ args: [file] });
  expect(await second.exited).toBe(0);
  await expect(page.getByRole('button', { name: 'Import 1 channel' })).toBeVisible();
  expect(
    await first.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().some((window) => window.isMinimized()),
    ),
  ).toBe(false);
});

test('quits when no other workspace is chosen', async ({ start, home }) => {
  const file = join(home, 'file');
  writeFileSync(file, 'no folder');
  const desktop = await start({ args: ['--workspace', file], answers: [{ response: 1 }] });
  expect(await desktop.exited).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe('no folder');
});

test('starts in the tray when the system starts it', async ({ start }) => {
  const desktop = await start({ args: ['--hidden'] });
  await expect
    .poll(() => desktop.evaluate(() => globalThis.seen.tray.tip))
    .toContain('all is well');
  expect(await desktop.pages()).toEqual([]);
  await desktop.evaluate(() => {
    const menu = globalThis.seen.tray.menu as Electron.Menu;
    menu.getMenuItemById('show')!.click();
  });
  await expect((await desktop.page()).getByText('Open a CSV file')).toBeVisible();
});
