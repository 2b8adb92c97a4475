/** Training in the hidden window, by WebGL, to its end; the page is never throttled. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callEngine, expect, test } from './app.ts';

const ROWS = 180;
const NORMAL_ROWS = 100;
/** Rows in which the machine is off. */
const OFF = { from: 150, to: 160 };

function recording(): string {
  const lines = Array.from({ length: ROWS }, (_, i) => {
    const off = i >= OFF.from && i < OFF.to ? 9 : 0;
    return `${1_700_000_000 + i},${(Math.sin(i / 3) + off).toFixed(4)}`;
  });
  return `time,level\n${lines.join('\n')}\n`;
}

test('trains in the hidden window, by WebGL, and finds what is off', async ({ start, home }) => {
  test.setTimeout(300_000);
  const file = join(home, 'press.csv');
  writeFileSync(file, recording());
  const desktop = await start({ args: [file] });
  const page = await desktop.page();
  await page.getByRole('button', { name: 'Import 1 channel' }).click();
  await expect(page.getByRole('heading', { name: 'press', exact: true })).toBeVisible();
  await expect.poll(async () => (await desktop.pages(/compute\.html$/)).length).toBe(1);
  const hidden = await desktop.evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows().find(({ webContents }) =>
      webContents.getURL().endsWith('/compute.html'),
    )!;
    const contents = window.webContents as unknown as {
      getLastWebPreferences(): { backgroundThrottling: boolean };
    };
    const { backgroundThrottling } = contents.getLastWebPreferences();
    return [window.isVisible(), backgroundThrottling];
  });
  expect(hidden).toEqual([false, false]);

  const [{ id, range }] = await callEngine(desktop, 'stream.list');
  const job = await callEngine(desktop, 'learn.start', id, {
    ...{ mode: 'reference', trainRows: NORMAL_ROWS, seed: 1, backend: 'webgl', effort: 'fast' },
  });
  const state = async () =>
    (await callEngine(desktop, 'job.list')).find((each) => each.id === job.id)!;
  await expect.poll(async () => (await state()).status, { timeout: 240_000 }).toBe('done');
  expect((await state()).failure).toBeNull();
  const card = (await callEngine(desktop, 'model.active', id))!;
  expect([card.backend, card.backendReason]).toEqual(['webgl', { code: 'asked' }]);
  expect(card.lossCurve.at(-1)!.train).toBeLessThan(card.lossCurve[0].train);
  const at = (row: number): number => range!.from + row * 1000;
  const met = (await callEngine(desktop, 'event.list', card.id)).filter(
    ({ start: from, end }) => from < at(OFF.to) && end >= at(OFF.from),
  );
  expect(met).toHaveLength(1);

  // The light in the tray, until somebody has seen the events.
  const tray = () =>
    desktop.evaluate(() => [globalThis.seen.tray.icon!, globalThis.seen.tray.tip] as const);
  await expect.poll(async () => (await tray())[0]).toMatch(/(amber|red)\.png$/);
  expect((await tray())[1]).toMatch(/\d+ open event/);
  for (const event of await callEngine(desktop, 'event.list', card.id)) {
    await callEngine(desktop, 'event.triage', event.id, { acknowledged: true });
  }
  await expect.poll(async () => (await tray())[0]).toMatch(/green\.png$/);
  expect(await desktop.quit()).toBe(0);
});
