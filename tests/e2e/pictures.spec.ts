/**
 * Every view as a picture: both themes, both languages, two sizes, beside the pictures that were
 * looked at and committed. Renew them with --update-snapshots, and look at them.
 */
import { rmSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './app.ts';
import { learntDemo, type LearntDemo } from './learnt-demo.ts';

const SIZES = { large: { width: 1440, height: 900 }, small: { width: 1024, height: 700 } } as const;
const LANGUAGES = { en: 'Switch to English', zh: '切换到简体中文' } as const;

/** Every two of theme, language and size meet once. */
const LOOKS = [
  { theme: 'dark', language: 'en', size: 'large' },
  { theme: 'light', language: 'en', size: 'small' },
  { theme: 'dark', language: 'zh', size: 'small' },
  { theme: 'light', language: 'zh', size: 'large' },
] as const;

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
};

for (const [name, { path, before }] of Object.entries(VIEWS)) {
  test(`${name} looks as it did`, async ({ app: { page } }) => {
    await page.evaluate((hash) => (location.hash = hash), path());
    await expect(page.locator('.top-bar')).toBeVisible();
    await page.waitForLoadState('networkidle');
    await before?.(page);
    for (const { theme, language, size } of LOOKS) {
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
    }
  });
}
