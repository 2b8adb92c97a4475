/** From the first tour to an alarm, and on through every view with hand and keyboard. */
import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './app.ts';

/** The number in a cell of the what-if's table. */
async function tried(page: Page, name: string): Promise<number> {
  const row = page.getByTestId('facts').locator('tr', { hasText: name }).first();
  return Number.parseFloat((await row.locator('td').last().textContent()) ?? '');
}

async function openDemo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try the demo machine' }).last().click();
  await expect(page.locator('.lane')).toHaveCount(4);
}

test('a tour leads from the demo machine to a first alarm', async ({ app: { page } }) => {
  await openDemo(page);
  const tour = page.getByRole('region', { name: 'Show the tour' });
  await expect(tour).toContainText('This is a machine');
  await expectAccessible(page);
  await tour.getByRole('button', { name: 'Learn normal' }).click();
  await expect(tour).toContainText('The first alarm', { timeout: 80_000 });
  await expect(page.locator('.event.chosen')).toContainText('was expected');
  await page.keyboard.press('c');
  await expect(page.locator('.event.chosen')).toContainText('confirmed');
  await tour.getByRole('button', { name: 'Done' }).click();
  await expect(tour).toBeHidden();

  // The cursor tells all values.
  const box = (await page.getByTestId('plot').boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + 60);
  await expect(page.getByTestId('values')).toContainText('Outlet pressure');
  await expect(page.getByTestId('values')).toContainText('threshold');

  // The line is dragged down: more alarms; and back.
  await page.keyboard.press('4');
  const line = page.getByTestId('threshold-line');
  await expect(line).toBeVisible();
  await expect.poll(() => tried(page, 'Alarms')).toBeGreaterThan(0);
  const before = await tried(page, 'Alarms');
  await expectAccessible(page);
  const at = (await line.boundingBox())!;
  await page.mouse.move(at.x + 200, at.y + 1);
  await page.mouse.down();
  await page.mouse.move(at.x + 200, at.y + 24, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => tried(page, 'Alarms')).toBeGreaterThan(before);
  await page.keyboard.press('Escape');
  await expect.poll(() => tried(page, 'Alarms')).toBe(before);

  // The confirmed incident is hatched where one chooses what is normal.
  await page.keyboard.press('5');
  await expect(page.locator('.incident')).toHaveCount(1);
  await expect(page.getByRole('heading', { name: /^Model \d+$/ })).toHaveCount(1);
  await page.getByText('All parameters').click();
  await expectAccessible(page);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export ONNX' }).click();
  expect((await download).suggestedFilename()).toMatch(/^model-\d+\.onnx$/);

  // What the model expected instead.
  await page.keyboard.press('3');
  await page.locator('.event').first().click();
  await page.keyboard.press('w');
  await expect(page.locator('.instead')).toHaveAttribute('aria-pressed', 'true');
  await expectAccessible(page);
});

test('every command and stream is found by typing', async ({ app: { page } }) => {
  await openDemo(page);
  await page.getByRole('button', { name: 'Skip the tour' }).click();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Commands' });
  await expect(palette.getByRole('option').first()).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.type('open demo');
  await expect(palette.getByRole('option')).toHaveCount(1);
  // Closed and opened again before the dialog has told of its closing.
  await palette.evaluate(async (dialog: HTMLDialogElement) => {
    const press = (at: EventTarget, init: KeyboardEventInit): boolean =>
      at.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }));
    if (press(dialog, { key: 'Escape' })) dialog.close();
    await Promise.resolve();
    press(window, { key: 'k', ctrlKey: true });
  });
  await expect(palette.getByRole('option').nth(1)).toBeVisible();
  await page.keyboard.type('settings');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(palette).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(palette).toBeHidden();
});

test('lanes hide, move, stand under headings, and stay so', async ({ app: { page } }) => {
  await openDemo(page);
  await page.getByRole('button', { name: 'Skip the tour' }).click();
  await page.getByRole('button', { name: 'Hide Vibration' }).click();
  await expect(page.locator('.lane')).toHaveCount(3);
  await page.getByRole('button', { name: 'Keep the scale of Motor current' }).click();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('lanes');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Lanes' });
  await dialog.getByRole('button', { name: 'Bearing temperature', exact: true }).press('ArrowUp');
  await dialog.getByRole('textbox', { name: 'Heading of Bearing temperature' }).fill('Oil');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(page.getByRole('button', { name: /^Oil/ })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: /^Oil/ })).toBeVisible();
  await expect(page.locator('.lane')).toHaveCount(3);
  const kept = page.getByRole('button', { name: 'Keep the scale of Motor current' });
  await expect(kept).toHaveAttribute('aria-pressed', 'true');
});
