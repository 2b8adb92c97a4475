/** The window itself: the demo machine, themes, languages, keys. */
import { expect, expectAccessible, test } from './app.ts';

test.describe('with the demo machine', () => {
  test.use({ serveArgs: ['--demo'] });

  test('opens on the simulated pump', async ({ app: { page } }) => {
    await expect(page.getByRole('heading', { name: 'Demo feed pump' })).toBeVisible();
    await expect(page.locator('.lane')).toHaveCount(4);
    await expect(page.locator('.lane canvas')).toHaveCount(4);
  });
});

test('speaks Chinese when the browser does, and changes at once', async ({ app: { page } }) => {
  await page.getByRole('button', { name: '切换到简体中文' }).click();
  await expect(page.getByText('先认识正常，再发现异常')).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await page.reload();
  await expect(page.getByText('打开 CSV 文件')).toBeVisible();

  // What the engine refuses is said in Chinese too.
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: '打开 CSV 文件' }).click();
  const empty = { name: '空.csv', mimeType: 'text/csv', buffer: Buffer.alloc(0) };
  await (await choosing).setFiles(empty);
  await expect(page.getByText('空.csv 是空的（0 字节）；应有标题行和数据行。')).toBeVisible();
});

test('is accessible in the light theme as in the dark', async ({ app: { page } }) => {
  await page.getByRole('button', { name: 'Theme: system' }).click();
  await page.getByRole('button', { name: 'Theme: dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.getByRole('button', { name: 'Try the demo machine' }).click();
  await expect(page.locator('.lane')).toHaveCount(4);
  await expectAccessible(page);
});

test('moves nothing where motion is to be reduced', async ({ app: { page } }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  const moving = await page.evaluate(() => {
    const seconds = (text: string): number => Math.max(...text.split(',').map(Number.parseFloat));
    return [...document.querySelectorAll('*')]
      .map((element) => getComputedStyle(element))
      .filter(
        (style) =>
          seconds(style.transitionDuration) > 0 || seconds(style.animationDuration) > 0.001,
      )
      .map((style) => `${style.transitionDuration} ${style.animationDuration}`);
  });
  expect(moving).toEqual([]);
  await expectAccessible(page);
});

test('shows its keys on a sheet that Escape closes', async ({ app: { page } }) => {
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeHidden();
});

test('tells when the engine is gone', async ({ app: { page } }) => {
  await page.routeWebSocket('**/api', (socket) => void socket.close());
  await page.reload();
  await expect(page.getByText('The connection to the engine was lost')).toBeVisible();
});

test('has its settings on one page, which hold at once', async ({ app: { page } }) => {
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await expectAccessible(page);
  await page.locator('.row', { hasText: 'Theme' }).locator('.el-select').click();
  await page.getByRole('option', { name: 'Light' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.getByRole('textbox', { name: 'Name' }).fill('broker');
  await page.getByRole('textbox', { name: 'Token or password' }).fill('x');
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(page.getByText('Sealed by a key file')).toBeVisible();
  await expectAccessible(page);
});
