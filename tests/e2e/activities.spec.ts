/** Labels by hand, key and file; a recogniser learnt from them; its segments seen and corrected. */
import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { dropFile, expect, expectAccessible, test } from './app.ts';

/** Drags over the recording, from one share of what is shown to another. */
async function mark(page: Page, from: number, to: number): Promise<void> {
  const box = (await page.getByTestId('paint').boundingBox())!;
  await page.mouse.move(box.x + from * box.width, box.y + 80);
  await page.mouse.down();
  await page.mouse.move(box.x + to * box.width, box.y + 80, { steps: 3 });
  await page.mouse.up();
}

async function openDemo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try the demo machine' }).last().click();
  await page.getByRole('button', { name: 'Skip the tour' }).click();
  await page.keyboard.press('6');
  await expect(page.getByText('Mark a stretch by dragging')).toBeVisible();
}

const backgroundOf = (one: Locator): Promise<string> =>
  one.evaluate((element) => getComputedStyle(element).backgroundColor);

/** A name is whole beside the margin, or not seen at all. */
async function expectWholeNames(page: Page): Promise<void> {
  const cut = await page.locator('.chip').evaluateAll(
    (chips) =>
      chips.filter((chip) => {
        const [own, name] = [chip, chip.querySelector('.name')!].map((one) =>
          one.getBoundingClientRect(),
        );
        return name.top < own.bottom && name.right > own.right + 0.5;
      }).length,
  );
  expect(cut).toBe(0);
}

test('labels by key, learns a recogniser, corrects what it tells', async ({ app: { page } }) => {
  await openDemo(page);
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

  // Its colour is changed, and is the same wherever it is shown.
  await page.getByRole('button', { name: 'Colour of early' }).click();
  await page.getByRole('button', { name: 'Colour 7', exact: true }).click();
  const chip = page
    .getByTestId('ribbon-label')
    .getByRole('button', { name: /^early/ })
    .first();
  await expect.poll(() => backgroundOf(chip)).toBe('rgb(213, 94, 0)');
  expect(await backgroundOf(page.locator('.labels li i').last())).toBe('rgb(213, 94, 0)');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Train recogniser' }).click();
  await expect(page.getByText('Rows: labelled')).toBeVisible({ timeout: 80_000 });
  await expect(page.getByRole('heading', { name: 'What was it?' })).toBeVisible();
  await expect(page.locator('figure circle').first()).toBeVisible();
  await expect(page.locator('.scores tbody tr')).toHaveCount(2);
  await expectWholeNames(page);
  await expectAccessible(page);

  // Without its labels: a recognised segment is something else, and ends sooner; by key, and back.
  for (let left = 3; left >= 0; left--) {
    await page.locator('.labels .remove').first().click();
    await expect(page.locator('.labels li')).toHaveCount(left);
  }
  const ribbon = page.getByTestId('ribbon-segment').getByRole('button');
  await ribbon.first().click();
  const before = await ribbon.first().getAttribute('aria-label');
  await page.keyboard.press(before!.startsWith('late') ? 'q' : 'w');
  await expect(page.getByRole('region', { name: 'Recognised segment' })).toContainText('corrected');
  await expect(ribbon.first()).not.toHaveAttribute('aria-label', before!);
  const end = page.getByTestId('handle-to');
  const ended = await end.getAttribute('aria-valuenow');
  await page.keyboard.press('[');
  await expect(end).not.toHaveAttribute('aria-valuenow', ended!);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Take these borders' })).toBeHidden();
  await page.keyboard.press('z');
  await page.keyboard.press('z');
  await expect(ribbon.first()).toHaveAttribute('aria-label', before!);
  await expect(page.locator('.labels li')).toHaveCount(0);

  // Time, bouts and what followed what, and a file of them.
  await page.getByRole('button', { name: 'Time spent' }).click();
  await expect(page.getByRole('heading', { name: 'Time per day' })).toBeVisible();
  await expect(page.getByText('Rows: before. Columns: after.')).toBeVisible();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Bouts as CSV' }).click(),
  ]);
  expect(readFileSync(await file.path(), 'utf8')).toMatch(
    /^activity,bouts,total_ms.*\n(early|late)/,
  );
  await expectAccessible(page);
});

test('names proposed segments; takes labels from a dropped file and gives them', async ({
  app: { page },
}) => {
  await openDemo(page);
  await page.getByRole('button', { name: 'Propose segments' }).click();
  const name = page.getByRole('textbox', { name: 'Name of group A' });
  await expect(name).toBeVisible({ timeout: 40_000 });
  const proposed = page
    .getByTestId('ribbon-proposal')
    .getByRole('button', { name: 'A', exact: true });
  const count = await proposed.count();
  expect(count).toBeGreaterThan(0);
  await expectAccessible(page);
  await name.fill('calm');
  await name.press('Enter');
  await expect(page.locator('.labels li')).toHaveCount(count);
  await expect(proposed).toHaveCount(0);
  await page.locator('h1').click();
  await page.keyboard.press('z');
  await expect(page.locator('.labels li')).toHaveCount(0);
  await expect(proposed).toHaveCount(count);

  // One label of the file fits, three do not, each for its own reason.
  const handle = page.getByTestId('paint');
  await expect(handle).toBeVisible();
  await mark(page, 0.1, 0.2);
  await page.getByRole('textbox', { name: 'A new activity' }).fill('run');
  await page.getByRole('textbox', { name: 'A new activity' }).press('Enter');
  await expect(page.locator('.labels li')).toHaveCount(1);
  const [own] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV', exact: true }).click(),
  ]);
  const [head, row] = readFileSync(await own.path(), 'utf8').split('\n');
  const [start, end] = row.split(',');
  const later = new Date(Date.parse(end) + 3_600_000).toISOString();
  const lines = [
    head,
    row,
    `${end},${later},idle`,
    'soon,later,idle',
    `2001-01-01,2001-01-02,idle`,
  ];
  await dropFile(page, 'labels.csv', `${lines.join('\n')}\n`);
  const dialog = page.getByRole('dialog', { name: 'Labels from labels.csv' });
  await expect(dialog.getByText('1 label can be taken.')).toBeVisible();
  const refused = dialog.locator('.refused li');
  await expect(refused).toHaveCount(3);
  await expect(refused.nth(0)).toContainText(/Line 2.*overlaps run/);
  await expect(refused.nth(1)).toContainText(/Line 4.*“soon” is no time/);
  await expect(refused.nth(2)).toContainText(/Line 5.*outside of the recording/);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Import 1 label, leave out 3' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator('.labels li')).toHaveCount(2);
  expect(Date.parse(start)).toBeLessThan(Date.parse(end));
});
