/** Alerts and reports in the window: rules in words, ways to tell with a test, a report, a bundle. */
import { createServer, type AddressInfo } from 'node:net';
import { expect, expectAccessible, test } from './app.ts';
import type { Page } from '@playwright/test';

test.use({ serveArgs: ['--demo'] });

async function choose(page: Page, label: string, option: string): Promise<void> {
  const row = page.locator('.row').filter({ has: page.getByText(label, { exact: true }) });
  await row.locator('.el-select').click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** A port on which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('a way to tell is tested, a rule says what it does, and both come back', async ({
  app: { page },
}) => {
  await page.keyboard.press('4');
  await expect(page.getByRole('heading', { name: 'Alerts' })).toBeVisible();
  await expect(page.getByText('Nothing was raised')).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Ways to tell' }).click();
  await page.getByRole('button', { name: 'Add way to tell' }).first().click();
  await choose(page, 'How', 'Webhook');
  await page.getByLabel('Address').fill(`http://127.0.0.1:${await deadPort()}/`);
  await page.getByLabel('Signing key').fill('hush');
  await page.getByLabel('Name', { exact: true }).fill('Night shift');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Keep' }).click();
  await expect(page.getByRole('heading', { name: 'Night shift' })).toBeVisible();
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect(page.locator('.test.failed')).toContainText('Night shift');
  await page.getByRole('button', { name: 'Edit' }).click();
  await expect(page.getByLabel('Signing key')).toHaveValue('••••••••');
  await page.getByRole('button', { name: 'Cancel' }).click();

  await page.getByRole('button', { name: 'Rules' }).click();
  await page.getByRole('button', { name: 'Add rule' }).first().click();
  await choose(page, 'How grave', 'High only');
  await page.getByText('Quiet hours').click();
  await page.getByRole('switch', { name: 'Keep quiet at certain hours' }).click({ force: true });
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Keep' }).click();
  await expect(page.locator('.sentence')).toHaveText(
    'When anything is off or the data are in trouble, high alone: tell Night shift.',
  );
  await expect(page.locator('.manners')).toContainText('Quiet 22:00–06:00, but for high.');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No rules yet')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('.sentence')).toContainText('Night shift');

  await page.getByRole('button', { name: '切换到简体中文' }).click();
  await expect(page.locator('.sentence')).toHaveText(
    '当设备异常或数据有问题（仅严重）时，通知：Night shift。',
  );
  await expectAccessible(page);
});

test('a report is written, shown and saved; a bundle is packed, opened and equal', async ({
  app: { page },
}) => {
  await expect(page.locator('.lane')).toHaveCount(4);
  await page.getByRole('button', { name: 'Learn normal' }).click();
  await page.locator('form').getByRole('button', { name: 'Learn normal' }).click();
  await expect(page.locator('.event').first()).toBeVisible({ timeout: 60_000 });

  await page.keyboard.press('5');
  await expect(page.getByRole('heading', { name: 'Reports' })).toBeVisible();
  await expectAccessible(page);
  await choose(page, 'Stretch', 'Last 7 d');
  await page.getByRole('button', { name: 'Write report' }).click();
  const report = page.frameLocator('iframe');
  await expect(report.getByRole('heading', { level: 1 })).toContainText('Demo feed pump', {
    timeout: 60_000,
  });
  // Its style holds though the page allows none in text: the body is as wide as the report says.
  await expect(report.locator('main')).not.toHaveCSS('max-width', 'none');
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save', exact: true }).click(),
  ]);
  expect(saved.suggestedFilename()).toMatch(/^Demo feed pump .* report\.html$/);

  await page.getByRole('button', { name: 'Add schedule' }).click();
  await choose(page, 'When', 'Every week');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Keep' }).click();
  await expect(page.getByText('Every week on Mon at 06:00: Demo feed pump as HTML')).toBeVisible();
  await page.getByRole('button', { name: 'Write now' }).click();
  await expect(page.getByRole('button', { name: 'Save the last' })).toBeVisible({
    timeout: 60_000,
  });

  const [bundle] = await Promise.all([
    page.waitForEvent('download', { timeout: 80_000 }),
    page.getByRole('button', { name: 'Pack bundle' }).click(),
  ]);
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Open bundle …' }).click(),
  ]);
  await chooser.setFiles(await bundle.path());
  await expect(page.getByText(/^Equal: all .* rows score the same/)).toBeVisible({
    timeout: 80_000,
  });
  await expect(page.locator('.event').first()).toBeVisible();
  await expect(report.getByRole('heading', { level: 1 })).toContainText('Demo feed pump');
  await expectAccessible(page);
});
