/** Each process in turn is killed: recording goes on, and what was shown comes back. */
import type * as Electronic from 'electron';
import { callEngine, chooseMenu, expect, test, type Seen } from './app.ts';
import { feedFrom, startSender, type Sender } from './recording.ts';
import type { Desktop } from '../../electron/desktop.ts';

let sender: Sender;
test.beforeEach(async () => void (sender = await startSender()));
test.afterEach(() => sender.close());

async function recorded(desktop: Desktop): Promise<number> {
  const [stream] = await callEngine(desktop, 'stream.list');
  return stream?.rows ?? 0;
}

/** Rows come in now, not only before. */
async function expectRecording(desktop: Desktop): Promise<void> {
  const before = await recorded(desktop);
  await expect.poll(() => recorded(desktop), { timeout: 30_000 }).toBeGreaterThan(before + 5);
}

test('recording outlives the window, the page that computes and the engine', async ({ start }) => {
  const desktop = await start();
  await desktop.page();
  await callEngine(desktop, 'feed.create', feedFrom(sender.port));
  await expectRecording(desktop);

  await test.step('the renderer', async () => {
    await desktop.evaluate(({ BrowserWindow }) => {
      globalThis.seen.answers.push({ response: 0 });
      BrowserWindow.getAllWindows()
        .find((window) => window.isVisible())!
        .webContents.forcefullyCrashRenderer();
    });
    await expect
      .poll(() => desktop.evaluate(() => globalThis.seen.dialogs.map(({ message }) => message)))
      .toContain('This window stopped working');
    await expectRecording(desktop);
    const page = await desktop.pageAfterCrash();
    await expect(page.getByText('Press')).toBeVisible();
  });

  await test.step('the page that computes', async () => {
    await expect.poll(async () => (await desktop.pages(/compute\.html$/)).length).toBe(1);
    const before = await desktop.evaluate(computeId);
    await desktop.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()
        .find(({ webContents }) => webContents.getURL().endsWith('/compute.html'))!
        .webContents.forcefullyCrashRenderer(),
    );
    await expect.poll(() => desktop.evaluate(computeId)).not.toBe(before);
    await expect.poll(() => desktop.evaluate(computeId)).not.toBeNull();
    await expectRecording(desktop);
  });

  await test.step('the engine', async () => {
    const page = await desktop.page();
    const before = await recorded(desktop);
    await desktop.evaluate(async () => {
      const { threads } = globalThis.seen;
      await threads.findLast(({ url }) => url.includes('engine-thread'))!.worker.terminate();
    });
    await expect.poll(() => desktop.evaluate(engines), { timeout: 30_000 }).toBe(2);
    await expectRecording(desktop);
    expect(await recorded(desktop)).toBeGreaterThan(before);
    await chooseMenu(desktop, 'home');
    await expect(page.locator('.card')).toContainText('Press');
    await expect(page.getByText('The connection to the engine was lost')).toBeHidden();
  });
  expect(await desktop.quit()).toBe(0);
});

const engines = (): number =>
  globalThis.seen.threads.filter(({ url }: Seen['threads'][number]) =>
    url.includes('engine-thread'),
  ).length;

const computeId = ({ BrowserWindow }: typeof Electronic): number | null =>
  BrowserWindow.getAllWindows().find(({ webContents }) =>
    webContents.getURL().endsWith('/compute.html'),
  )?.id ?? null;
