/** Training in the hidden window, by WebGL; the page is never throttled. */
import { callEngine, expect, test } from './app.ts';

test('trains in the hidden window, asked for WebGL', async ({ start }) => {
  test.slow();
  const desktop = await start({ args: ['--demo'] });
  const page = await desktop.page();
  await expect(page.locator('.lane canvas')).toHaveCount(4);
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
  const [{ id }] = await callEngine(desktop, 'stream.list');
  const options = { mode: 'stream', trainRows: 400, seed: 1, backend: 'webgl' } as const;
  const job = await callEngine(desktop, 'learn.start', id, {
    ...options,
    channels: ['Outlet pressure'],
  }).catch(() => callEngine(desktop, 'learn.start', id, options));
  const state = async () =>
    (await callEngine(desktop, 'job.list')).find((each) => each.id === job.id)!;
  await expect.poll(async () => (await state()).backend?.name, { timeout: 60_000 }).toBe('webgl');
  // Its losses come from the page; a training by software WebGL is not awaited to its end.
  await expect
    .poll(async () => (await state()).lossCurve.length, { timeout: 90_000 })
    .toBeGreaterThan(0);
  expect((await state()).failure).toBeNull();
  await callEngine(desktop, 'job.cancel', job.id);
  expect(await desktop.quit()).toBe(0);
});
