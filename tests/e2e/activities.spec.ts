/** Painting labels by hand and keyboard, learning from them, and seeing activities recognised. */
import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './app.ts';

/** Drags over the recording, from one share of what is shown to another. */
async function mark(page: Page, from: number, to: number): Promise<void> {
  const box = (await page.getByTestId('paint').boundingBox())!;
  await page.mouse.move(box.x + from * box.width, box.y + 80);
  await page.mouse.down();
  await page.mouse.move(box.x + to * box.width, box.y + 80, { steps: 3 });
  await page.mouse.up();
}

test('labels by key, learns a recogniser, shows what it tells apart', async ({ app: { page } }) => {
  await page.getByRole('button', { name: 'Try the demo machine' }).last().click();
  await page.getByRole('button', { name: 'Skip the tour' }).click();
  await page.keyboard.press('6');
  await expect(page.getByText('Mark a stretch by dragging')).toBeVisible();
  await expectAccessible(page);

  await mark(page, 0.02, 0.2);
  await page.getByRole('textbox', { name: 'A new activity' }).fill('early');
  await page.getByRole('button', { name: 'Label', exact: true }).click();
  await expect(page.locator('.labels li')).toHaveCount(1);
  await mark(page, 0.22, 0.4);
  await page.getByRole('textbox', { name: 'A new activity' }).fill('late');
  await page.getByRole('textbox', { name: 'A new activity' }).press('Enter');
  await expect(page.locator('.labels li')).toHaveCount(2);

  // The first activity has the key Q; Z takes the label back.
  await page.locator('h1').click();
  await mark(page, 0.5, 0.68);
  await page.keyboard.press('q');
  await expect(page.locator('.labels li')).toHaveCount(3);
  await page.keyboard.press('z');
  await expect(page.locator('.labels li')).toHaveCount(2);
  await page.keyboard.press('q');
  await expect(page.locator('.labels li')).toHaveCount(3);
  await mark(page, 0.7, 0.9);
  await page.keyboard.press('w');
  await expect(page.locator('.labels li')).toHaveCount(4);

  await page.getByRole('button', { name: 'Train recogniser' }).click();
  await expect(page.getByText('Rows: labelled')).toBeVisible({ timeout: 80_000 });
  await expect(page.locator('.row', { hasText: 'Recognised' }).locator('i').first()).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Time per day' })).toBeVisible();
  await expectAccessible(page);
});
