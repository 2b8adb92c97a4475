/** From a dropped file to an event: the way every newcomer goes. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { dropFile, expect, expectAccessible, shownShares, test } from './app.ts';
import { pumpCsv } from './recording.ts';

const ROWS = 3000;
const FAULT = { from: 2000, to: 2060 };
const recording = pumpCsv(ROWS, FAULT);

async function importPump(page: Page): Promise<void> {
  await dropFile(page, 'pump.csv', recording);
  await page.getByRole('button', { name: 'Import 2 channels' }).click();
  await expect(page).toHaveURL(/#\/stream\/\d+/);
  await expect(page.locator('.lane')).toHaveCount(2);
}

test('drops a CSV, learns, sees the fault, zooms, saves a report', async ({ app: { page } }) => {
  await expect(page.getByText('Learn what normal looks like')).toBeVisible();
  await expectAccessible(page);
  await dropFile(page, 'pump.csv', recording);

  await expect(page.locator('table tbody tr').first()).toContainText('2025-05-01T00:00:00.000Z');
  await expect(page.getByLabel('Channel name: Pressure')).toHaveValue('Pressure');
  await expect(page.getByLabel('Unit: Pressure')).toHaveValue('bar');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Import 2 channels' }).click();

  await expect(page.locator('.pill.about')).toContainText('2 channels · every 1 min');
  await expect(page.locator('.lane')).toHaveCount(2);
  await page.getByRole('button', { name: 'Learn normal' }).click();
  await expectAccessible(page);
  await page.locator('form').getByRole('button', { name: 'Learn normal' }).click();
  const event = page.locator('.event').filter({ hasText: 'Pressure fell to' }).first();
  // Learning may be over before anybody looks.
  await expect(page.locator('.learn canvas').or(event).first()).toBeVisible({ timeout: 60_000 });
  await expect(event).toContainText('Pressure fell to', { timeout: 60_000 });
  await expect(page.locator('.event')).toHaveCount(1);
  await expect(page.locator('.lane')).toHaveCount(4);
  expect(await shownShares(page)).toEqual([expect.closeTo(0, 2), expect.closeTo(1, 2)]);
  await event.click();
  const [from, to] = await shownShares(page);
  expect(to - from).toBeLessThan(0.3);
  expect(from).toBeLessThan(FAULT.from / ROWS);
  expect(to).toBeGreaterThan(FAULT.to / ROWS);
  await expect(event).toContainText('Peak score');
  await expectAccessible(page);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Report' }).click();
  const report = readFileSync(await (await download).path(), 'utf8');
  expect(report).toContain('Pressure fell to');
  expect(report).not.toContain('<script');
});

test('zooms by wheel, brush and keys, and moves by the minimap', async ({ app: { page } }) => {
  await importPump(page);
  const plot = page.getByTestId('plot');
  const box = (await plot.boundingBox())!;
  const span = async (): Promise<number> => {
    const [from, to] = await shownShares(page);
    return to - from;
  };

  await page.mouse.move(box.x + box.width / 2, box.y + 100);
  await expect(page.locator('.cursor')).toContainText('2025-05-02');
  await page.mouse.wheel(0, -300);
  await expect.poll(span).toBeLessThan(0.8);
  await page.keyboard.press('0');
  await expect.poll(span).toBeGreaterThan(0.99);

  await page.mouse.move(box.x + 0.25 * box.width, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.5 * box.width, box.y + 100, { steps: 4 });
  await page.mouse.up();
  await expect.poll(span).toBeCloseTo(0.25, 2);
  const [before] = await shownShares(page);
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await shownShares(page))[0]).toBeGreaterThan(before + 0.05);
  await page.keyboard.press('ArrowUp');
  await expect.poll(span).toBeLessThan(0.2);

  const track = (await page.locator('.mini .track').boundingBox())!;
  await page.mouse.click(track.x + 0.1 * track.width, track.y + track.height / 2);
  await expect.poll(async () => (await shownShares(page))[0]).toBeLessThan(0.1);
  await plot.dblclick();
  await expect.poll(span).toBeGreaterThan(0.99);
});

test('stops learning when asked, and keeps no model of it', async ({ app: { page } }) => {
  await importPump(page);
  await page.keyboard.press('e');
  await page.locator('form').getByRole('button', { name: 'Learn normal' }).click();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByText('Learning was stopped')).toBeVisible();
  await expect(page.getByText('Learn what normal looks like first')).toBeVisible();
  await expect(page.locator('.lane')).toHaveCount(2);
});

test('renames, removes, brings back, and is the same after a reload', async ({ app: { page } }) => {
  await importPump(page);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByRole('textbox', { name: 'Name of the stream' }).fill('Feed pump 2');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Feed pump 2' })).toBeVisible();

  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await expect(page.getByText('Open a CSV file')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('heading', { name: 'Feed pump 2' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Feed pump 2' })).toBeVisible();
  await expect(page.locator('.lane')).toHaveCount(2);
  await page.getByRole('link', { name: 'Home' }).click();
  await expect(page.locator('.card')).toContainText('Feed pump 2');
  await expectAccessible(page);
});
