/** Alerts and reports in the window: rules in words, ways to tell, a report, a bundle. */
import { createServer, type AddressInfo } from 'node:net';
import { expect, expectAccessible, test } from './app.ts';
import type { Page } from '@playwright/test';

async function choose(page: Page, label: string, option: string): Promise<void> {
  const row = page.locator('.row').filter({ has: page.getByText(label, { exact: true }) });
  await row.locator('.el-select').click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** Of the shown report, read from outside: no script runs in its frame. */
function reportTitle(page: Page): Promise<string> {
  return page.evaluate(() => {
    const frame = document.querySelector<HTMLIFrameElement>('iframe[sandbox]');
    return frame?.contentDocument?.querySelector('h1')?.textContent ?? '';
  });
}

function mainWidth(): string {
  const page = document.querySelector<HTMLIFrameElement>('iframe[sandbox]')!.contentDocument!;
  return page.defaultView!.getComputedStyle(page.querySelector('main')!).maxWidth;
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
  await page.getByRole('link', { name: 'Alerts' }).click();
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
  const row = page.locator('.row').filter({ hasText: 'Keep quiet at certain hours' });
  await row.locator('.el-switch').click();
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

test.describe('with the demo machine', () => {
  test.use({ serveArgs: ['--demo'] });

  test('a report is written, shown and saved; a bundle is packed, opened and equal', async ({
    app: { page },
  }) => {
    test.slow();
    await expect(page.locator('.lane')).toHaveCount(4);
    await page.getByRole('main').getByRole('button', { name: 'Learn normal' }).first().click();
    await page.locator('form').getByRole('button', { name: 'Learn normal' }).click();
    await expect(page.locator('.event').first()).toBeVisible({ timeout: 60_000 });

    await page.keyboard.press(']');
    await page.getByText('Where it comes from').click();
    await page.getByRole('button', { name: 'Recompute and compare' }).click();
    await expect(page.getByText(/^Equal: .* score the same again/)).toBeVisible({
      timeout: 60_000,
    });
    await expectAccessible(page);

    await page.keyboard.press('7');
    await expect(page.getByRole('heading', { name: 'Reports' })).toBeVisible();
    await expectAccessible(page);
    await choose(page, 'Stretch', 'Last 7 d');
    await page.getByRole('button', { name: 'Write report' }).click();
    await expect.poll(() => reportTitle(page), { timeout: 60_000 }).toContain('Demo feed pump');
    // Its style holds though the page allows none in text.
    expect(await page.evaluate(mainWidth)).not.toBe('none');
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save', exact: true }).click(),
    ]);
    expect(saved.suggestedFilename()).toMatch(/^Demo feed pump .* report\.html$/);

    await page.getByRole('button', { name: 'Add schedule' }).click();
    await choose(page, 'When', 'Every week');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Keep' }).click();
    await expect(
      page.getByText('Every week on Mon at 06:00: Demo feed pump as HTML'),
    ).toBeVisible();
    await page.getByRole('button', { name: 'Write now' }).click();
    // The recording ended long before the week that would be reported.
    await expect(page.getByText(/^The last one failed: Demo feed pump has no row/)).toBeVisible({
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
    expect(await reportTitle(page)).toContain('Demo feed pump');
    await expectAccessible(page);
  });
});

test('a notice is shown by the browser, with a sound, while nobody looks at the page', async ({
  app: { page },
}) => {
  await page.context().grantPermissions(['notifications']);
  // What the system would show is written down; the rest is the page's own.
  await page.evaluate(() => {
    const shown: string[] = [];
    const Real = window.Notification;
    window.Notification = class extends Real {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        shown.push(title);
      }
    };
    Object.assign(window, { shownNotices: shown });
  });
  await page.getByRole('link', { name: 'Alerts' }).click();
  await page.getByRole('button', { name: 'Ways to tell' }).click();
  await page.getByRole('button', { name: 'Add way to tell' }).first().click();
  await page.getByRole('button', { name: 'Keep' }).click();
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect(page.locator('.test.sent')).toBeVisible();
  // Looked at, the page says it itself.
  await expect(page.getByRole('status').filter({ hasText: 'Offbeat: a test' })).toBeVisible();
  await page.evaluate(() => {
    Object.defineProperty(document, 'hasFocus', { value: () => false });
  });
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { shownNotices: string[] }).shownNotices))
    .toEqual(['Offbeat: a test']);
});
