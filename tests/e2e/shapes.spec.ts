/** A shape never seen: asked for where one learns, found beside the events, told in a report. */
import { readFileSync } from 'node:fs';
import { dropFile, expect, expectAccessible, test } from './app.ts';
import { beatCsv } from './recording.ts';

const BEAT = 60;
const SHOTS = process.env['OFFBEAT_SHOTS'];

test('asks for shapes never seen, and finds one', async ({ app: { page } }) => {
  const shot = async (name: string): Promise<void> => {
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
  };
  await dropFile(page, 'beats.csv', beatCsv(3000, BEAT));
  await page.getByRole('button', { name: 'Import 1 channel' }).click();
  await page.getByRole('button', { name: 'Learn normal' }).click();
  const choice = page.locator('label').filter({ hasText: 'Shapes never seen' });
  await choice.locator('.el-select__wrapper').click();
  await page.getByRole('option', { name: 'Mark', exact: true }).click();
  await expect(page.getByText('the most regular are watched')).toBeVisible();
  await expectAccessible(page);
  await shot('learn');
  await page.locator('form').getByRole('button', { name: 'Learn normal' }).click();
  const mark = page.locator('.problem').filter({ hasText: 'load took a shape never seen' });
  await expect(mark).toHaveCount(1, { timeout: 60_000 });
  await expect(mark).toContainText('shape never seen ▯');
  await mark.click();
  await expectAccessible(page);
  await shot('stream-en');

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Report' }).click();
  const report = readFileSync(await (await download).path(), 'utf8');
  expect(report).toContain('Beside the events');
  expect(report).toContain('load took a shape never seen');

  await page.getByRole('button', { name: '切换到简体中文' }).click();
  await expect(page.locator('.problem')).toContainText('load 出现从未见过的形状');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1024, height: 700 });
  await shot('stream-zh');
  await page.keyboard.press('e');
  await shot('learn-zh');
});
