/**
 * Every view as a picture: both themes, both languages, two sizes, beside the pictures that were
 * looked at and committed; and accessible in every one of them. Renew the pictures with
 * --update-snapshots, look at them, and make them small: `mogrify +dither -colors 128 FILES`.
 */
import { rmSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { dropFile, expect, expectAccessible, test } from './app.ts';
import { learntDemo, type LearntDemo } from './learnt-demo.ts';
import { pumpCsv, wideCsv } from './recording.ts';
import { refuse, REFUSED } from './refusals.ts';

const SIZES = { large: { width: 1440, height: 900 }, small: { width: 1024, height: 700 } } as const;
const LANGUAGES = { en: 'Switch to English', zh: '切换到简体中文' } as const;

interface Look {
  readonly theme: 'dark' | 'light';
  readonly language: keyof typeof LANGUAGES;
  readonly size: keyof typeof SIZES;
}

/** Every two of theme, language and size meet once. English comes last: the workspace keeps it. */
const FOUR: readonly Look[] = [
  { theme: 'dark', language: 'zh', size: 'small' },
  { theme: 'light', language: 'zh', size: 'large' },
  { theme: 'light', language: 'en', size: 'small' },
  { theme: 'dark', language: 'en', size: 'large' },
];
const ALL: readonly Look[] = [
  { theme: 'dark', language: 'zh', size: 'large' },
  { theme: 'light', language: 'zh', size: 'small' },
  { theme: 'dark', language: 'en', size: 'small' },
  { theme: 'light', language: 'en', size: 'large' },
  ...FOUR,
];

async function takePictures(page: Page, name: string, looks: readonly Look[]): Promise<void> {
  for (const { theme, language, size } of looks) {
    const other = page.getByRole('button', { name: LANGUAGES[language] });
    if (await other.isVisible()) await other.click();
    await page.setViewportSize(SIZES[size]);
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    await page.mouse.move(2, SIZES[size].height - 2);
    await expect(page).toHaveScreenshot(`${name}-${theme}-${language}-${size}.png`, {
      // What hangs on the machine: paths and versions.
      mask: [page.getByText(/offbeat-learnt-/), page.getByText(/^Offbeat \d/)],
      maskColor: '#808080',
    });
    if (size === 'large') await expectAccessible(page);
  }
}

test.describe('of the demo machine', () => {
  let demo: LearntDemo;
  test.beforeAll(async () => {
    demo = await learntDemo();
  });
  test.afterAll(() => rmSync(demo.workspace, { recursive: true, force: true }));
  // Playwright reads from the pattern which fixtures are wanted: none.
  // eslint-disable-next-line no-empty-pattern
  test.use({ keptWorkspace: async ({}, use) => use(demo.workspace) });

  /** Where each is, and what is done before it is taken. */
  const VIEWS: Readonly<
    Record<string, { path: () => string; before?: (page: Page) => Promise<void> }>
  > = {
    home: { path: () => '#/' },
    stream: { path: () => `#/stream/${demo.streamId}?event=${demo.eventId}` },
    events: {
      path: () => '#/events',
      before: async (page) => {
        await expect(page.locator('.event.chosen')).toBeVisible();
        await page.keyboard.press('w');
        await expect(page.locator('.instead')).toHaveAttribute('aria-pressed', 'true');
      },
    },
    threshold: {
      path: () => `#/threshold/${demo.streamId}`,
      before: async (page) => {
        const line = page.getByTestId('threshold-line');
        for (let i = 0; i < 6; i++) await line.press('ArrowDown');
        await expect(page.getByTestId('facts').locator('.changed').first()).toBeVisible();
      },
    },
    learn: {
      path: () => `#/learn/${demo.streamId}`,
      before: async (page) => {
        for (const one of await page.locator('aside .el-checkbox').all()) await one.click();
        await expect(page.locator('.comparison canvas')).toHaveCount(3);
      },
    },
    activities: { path: () => `#/activities/${demo.streamId}` },
    alerts: { path: () => '#/alerts' },
    reports: { path: () => '#/reports' },
    connect: { path: () => '#/connect' },
    settings: { path: () => '#/settings' },
    import: {
      path: () => '#/',
      before: async (page) => {
        await dropFile(page, 'pump.csv', pumpCsv(400, { from: 200, to: 210 }));
        await expect(page.locator('table tbody tr').first()).toContainText('2025-05-01');
      },
    },
    bundle: {
      path: () => '#/',
      before: async (page) => {
        await dropFile(page, 'pump.offbeat', demo.bundle);
        await expect(page.locator('.answer')).toBeVisible({ timeout: 60_000 });
      },
    },
  };

  for (const [name, { path, before }] of Object.entries(VIEWS)) {
    test(`${name} looks as it did, and is accessible`, async ({ app: { page } }) => {
      test.slow();
      await page.evaluate((hash) => (location.hash = hash), path());
      await expect(page.locator('.top-bar')).toBeVisible();
      await page.waitForLoadState('networkidle');
      await before?.(page);
      await takePictures(page, name, ALL);
    });
  }

  test('of an engine that refuses, each view tells and tries again', async ({ app: { page } }) => {
    const letGo = await refuse(page, ['stream.list', 'rule.list']);
    const trouble = page.locator('main').getByRole('alert').filter({ hasText: REFUSED });
    const ofStream = ['stream', 'threshold', 'learn', 'activities'].map(
      (view) => `#/${view}/${demo.streamId}`,
    );
    for (const hash of ['#/', '#/events', '#/alerts', '#/reports', ...ofStream]) {
      await page.evaluate((next) => (location.hash = next), hash);
      await expect(trouble).toBeVisible();
      await expect(trouble.getByRole('button', { name: 'Try again' })).toBeVisible();
    }
    await expect(page.locator('.el-message')).toHaveCount(0, { timeout: 20_000 });
    await takePictures(page, 'refused', FOUR);
    letGo();
    await trouble.getByRole('button').click();
    await expect(page.getByTestId('paint')).toBeVisible();
  });

  test('rows that cannot be read are told in place of the lanes, then shown', async ({
    app: { page },
  }) => {
    const letGo = await refuse(page, ['view.series', 'threshold.try', 'model.list', 'app.info']);
    const go = (hash: string) => page.evaluate((next) => (location.hash = next), hash);
    const again = page.locator('main').getByRole('button', { name: 'Try again' });
    for (const view of ['#/settings', `#/threshold/${demo.streamId}`, `#/learn/${demo.streamId}`]) {
      await go(view);
      await expect(page.getByText(`Not up to date: ${REFUSED}`)).toBeVisible();
    }
    await go(`#/stream/${demo.streamId}`);
    await expect(page.locator('main').getByRole('alert')).toContainText(REFUSED);
    await expect(page.locator('.el-message')).toHaveCount(0, { timeout: 20_000 });
    await takePictures(page, 'unread', FOUR);
    letGo();
    await again.click();
    await expect(page.locator('.lane').first()).toBeVisible();
  });
});

test('an engine that is gone is told with what can be done', async ({ app: { page } }) => {
  await page.routeWebSocket('**/api', (socket) => void socket.close());
  await page.reload();
  await expect(page.getByRole('heading', { name: 'The engine cannot be reached' })).toBeVisible();
  await expectAccessible(page);
});

test('nothing yet, and nothing there, look as they did', async ({ app: { page } }) => {
  await expect(page.locator('.way')).toHaveCount(3);
  await takePictures(page, 'empty', FOUR);
  await page.evaluate(() => (location.hash = '#/stream/77'));
  await expect(page.locator('.state')).toBeVisible();
  await takePictures(page, 'missing', FOUR);
});

test('two hundred channels with long names look as they did', async ({ app: { page } }) => {
  await dropFile(page, 'A plant with a name that is far too long for any card.csv', wideCsv(200));
  await page.getByRole('button', { name: 'Import 200 channels' }).click();
  await expect(page.locator('.lane')).toHaveCount(200);
  await expect(page.locator('.lane').first().locator('canvas')).toBeVisible();
  await expect(page.locator('.el-message')).toHaveCount(0, { timeout: 20_000 });
  await takePictures(page, 'wide', FOUR);
});
