/** Settings: they hold at once, in every window and at the next start; the data folder moves. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseMenu, expect, test, workspaceOf } from './app.ts';

test('changes language and theme everywhere, keeps tokens sealed, moves the data', async ({
  start,
  home,
}) => {
  const desktop = await start({ args: ['--demo'] });
  const page = await desktop.page();
  await expect(page.locator('.lane canvas')).toHaveCount(4);
  await chooseMenu(desktop, 'settings');
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();

  await page.getByRole('textbox', { name: 'Name' }).fill('broker');
  await page.getByRole('textbox', { name: 'Token or password' }).fill('tops3cret');
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(page.getByText("Sealed by the system's key store")).toBeVisible();

  const target = join(home, 'elsewhere');
  mkdirSync(target);
  await desktop.evaluate(
    (_, path) => void globalThis.seen.answers.push({ filePaths: [path], canceled: false }),
    target,
  );
  await page.getByRole('button', { name: 'Move …' }).click();
  await expect(page.getByText(`The data is in ${target} now.`)).toBeVisible();
  expect(existsSync(join(workspaceOf(home), 'offbeat.sqlite'))).toBe(false);
  const bytes = readFileSync(join(target, 'offbeat.sqlite'));
  expect(bytes.includes('broker')).toBe(true);
  expect(bytes.includes('tops3cret')).toBe(false);

  await page.locator('.row', { hasText: 'Language' }).locator('.el-select').click();
  await page.getByRole('option', { name: '简体中文' }).click();
  await expect(page.getByRole('heading', { name: '设置' })).toBeVisible();
  const labels = await desktop.evaluate(({ Menu }) => {
    const menu = Menu.getApplicationMenu()!;
    return [menu.getMenuItemById('open')!.label, globalThis.seen.tray.tip];
  });
  expect(labels).toEqual(['打开…', expect.stringContaining('没有正在记录的数据源')]);
  expect(await desktop.quit()).toBe(0);

  const again = await start();
  const next = await again.page();
  await expect(next.getByText('Demo feed pump')).toBeVisible();
  await expect(next.locator('html')).toHaveAttribute('lang', 'zh-CN');
  expect(existsSync(join(workspaceOf(home), 'offbeat.sqlite'))).toBe(false);
});
